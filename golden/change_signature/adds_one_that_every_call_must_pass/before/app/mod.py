def fetch(url, timeout):
    return url, timeout
