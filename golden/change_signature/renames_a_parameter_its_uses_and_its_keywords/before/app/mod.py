def fetch(url, timeout=3):
    if url is None:
        url = "about:blank"
    del timeout
    return [url, {"url": url}, url.strip()]
