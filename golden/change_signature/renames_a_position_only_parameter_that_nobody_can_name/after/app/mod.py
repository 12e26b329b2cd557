from somewhere import route


def fetch(link, /):
    return link


route(sorted([1, 2], key=fetch))
handlers = {"a": fetch}
