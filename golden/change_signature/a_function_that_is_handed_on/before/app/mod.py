from functools import partial


def fetch(url, timeout=3):
    return url


handlers = [fetch]
later = partial(fetch, "a", timeout=4)
fetch("a", timeout=5)
