def named(**options):
    try:
        return options.pop("name")
    except Exception:
        return None


def first(*values):
    try:
        return values[0]
    except Exception:
        return None
