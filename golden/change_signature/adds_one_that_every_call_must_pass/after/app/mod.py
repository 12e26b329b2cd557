def fetch(session, url, timeout):
    return url, timeout
