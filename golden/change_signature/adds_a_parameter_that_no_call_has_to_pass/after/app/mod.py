import functools

LIMIT = 10


def fetch(url, timeout=3, limit: int = LIMIT, *, verbose=False, quiet=(1, 2)):
    return url, timeout, verbose


handlers = {"fetch": fetch, "later": functools.partial(fetch, "a")}


def run(*args, **kwargs):
    return fetch(*args, **kwargs)
