def fetch(url):
    return url


x = fetch(
    url=1,
)
