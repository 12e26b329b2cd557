from shop import Till


def cost(till: Till) -> int:
    try:
        return till.total()
    except Exception:
        return 0
