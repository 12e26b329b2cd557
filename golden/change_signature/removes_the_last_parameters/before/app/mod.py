def fetch(url, timeout=3, *, verbose=False):
    return None


def same(): return fetch("a", 4, verbose=True), fetch(url="a"), fetch("a", 1)
