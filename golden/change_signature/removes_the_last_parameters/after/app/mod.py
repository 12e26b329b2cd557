def fetch():
    return None


def same(): return fetch(), fetch(), fetch()
