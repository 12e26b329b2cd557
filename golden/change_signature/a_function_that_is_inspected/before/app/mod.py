import inspect


def fetch(url):
    return url


names = list(inspect.signature(fetch).parameters)
fetch(url=1)
