def named(**options):
    try:
        return options.pop("name")
    except KeyError:
        return None


def first(*values):
    try:
        return values[0]
    except IndexError:
        return None
