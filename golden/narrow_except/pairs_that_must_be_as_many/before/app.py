def has_first(left: list[int], right: list[int]) -> bool:
    pairs = zip(left, right, strict=True)
    try:
        return next(pairs) is not None
    except Exception:
        return False


def has_one(left: list[int], right: list[int]) -> bool:
    pairs = zip(left, right)
    try:
        return next(pairs) is not None
    except Exception:
        return False
