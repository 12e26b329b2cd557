def fetch(url, verbose, timeout=3, *, retries=1):
    return url, timeout, retries
