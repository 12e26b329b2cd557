from somewhere import Depends, route


def fetch(url=None):
    return url


handlers = [Depends(fetch), route(call=fetch)]
