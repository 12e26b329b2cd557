def fetch(link, /, **more):
    return link, more


fetch("a", url="b")
fetch(1)
