def fetch(url, timeout=3, *, retries=1):
    return url, timeout, retries
