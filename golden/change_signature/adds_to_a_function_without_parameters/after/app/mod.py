def fetch(limit=None):
    return 1


def run():
    return fetch()
