def first(names: list[str]):
    try:
        return next(iter(names))
    except Exception:
        return None


def any_of(names: dict[str, int]):
    try:
        return next(iter(names))
    except Exception:
        return None


def long_one(names: list[str]):
    try:
        return next(name for name in names if len(name) > 9)
    except Exception:
        return None
