def fetch(url, verbose=False):
    return url


handler = fetch
fetch("a", True)
fetch("a", **{})
