def fetch(url, size):
    return "{url} {size}".format(**locals())


fetch(url=1, size=2)
