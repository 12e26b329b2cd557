def fetch(link, deep=0, count=1, *, mode="r"):
    return link, count, mode


value = fetch(fetch(link=fetch(1, 0, 2), count=3), count=fetch(link=4))
text = f"{fetch(link=1)} {fetch(2, count=3)}"
