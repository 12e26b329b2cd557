import functools

LIMIT = 10


def fetch(url, timeout=3, *, verbose=False):
    return url, timeout, verbose


handlers = {"fetch": fetch, "later": functools.partial(fetch, "a")}


def run(*args, **kwargs):
    return fetch(*args, **kwargs)
