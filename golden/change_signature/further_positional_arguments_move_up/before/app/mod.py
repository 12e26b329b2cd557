def fetch(url, verbose, *parts, **more):
    return url, parts, more


rest = [1]
fetch("a", True, 1, 2)
fetch("a", True, *rest)
fetch("a", True, x=1)
