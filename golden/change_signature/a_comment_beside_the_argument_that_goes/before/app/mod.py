def fetch(url, verbose=False):
    return url


fetch(
    "a",
    True,  # for now
)
