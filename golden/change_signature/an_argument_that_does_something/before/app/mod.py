def fetch(url, verbose=False):
    return url


fetch("a", print("b"))
fetch("a", verbose=True)
