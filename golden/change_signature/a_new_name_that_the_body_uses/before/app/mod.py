import json as link


def fetch(url, other):
    return link.dumps(url)


fetch(url=1)
