def __work(value):
    return value
