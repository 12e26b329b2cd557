def fetch(url, size):
    return f"{url=} {size}"


fetch(url=1, size=2)
