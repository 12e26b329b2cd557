def rest(value):
    return value
