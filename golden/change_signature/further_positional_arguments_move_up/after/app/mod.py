def fetch(url, *parts, **more):
    return url, parts, more


rest = [1]
fetch("a", 1, 2)
fetch("a", *rest)
fetch("a", x=1)
