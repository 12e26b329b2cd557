def mean(total: int, count: int) -> float:
    try:
        return total // count
    except Exception:
        return 0.0


def half(total: int) -> float:
    try:
        return total // 2
    except Exception:
        return 0.0
