def first(names):
    try:
        return next(iter(names))
    except Exception:
        return None
