KNOWN = []


def register(item):
    KNOWN.append(item)
    return item
