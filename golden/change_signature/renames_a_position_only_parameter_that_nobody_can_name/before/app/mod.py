from somewhere import route


def fetch(url, /):
    return url


route(sorted([1, 2], key=fetch))
handlers = {"a": fetch}
