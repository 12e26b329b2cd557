def fetch(url):
    return url


handler = fetch
fetch("a")
fetch("a", **{})
