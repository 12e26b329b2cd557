def fetch(url, timeout=3, *rest):
    return url, timeout, rest
