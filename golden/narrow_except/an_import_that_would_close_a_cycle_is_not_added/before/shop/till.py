from shop.money import check


def sell(count: int) -> int:
    try:
        check(count)
        return count
    except Exception:
        return 0
