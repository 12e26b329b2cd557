def fetch(url, **more):
    return url, more


fetch(url=1, link=2)
fetch(url=1)
