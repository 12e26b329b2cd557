def fetch(url, /, **more):
    return url, more


fetch("a", url="b")
fetch(1)
