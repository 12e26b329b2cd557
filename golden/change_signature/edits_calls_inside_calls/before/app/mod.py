def fetch(url, size=1, *, mode="r"):
    return url, size, mode


value = fetch(fetch(url=fetch(1, 2), size=3), size=fetch(url=4))
text = f"{fetch(url=1)} {fetch(2, size=3)}"
