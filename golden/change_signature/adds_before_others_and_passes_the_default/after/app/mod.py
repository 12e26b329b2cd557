def fetch(url, mode="r", timeout=3, *rest):
    return url, timeout, rest
