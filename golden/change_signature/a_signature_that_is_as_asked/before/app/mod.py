def fetch(link, *, quiet=False):
    return link


fetch(link=1)
