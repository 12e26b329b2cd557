def price(prices: dict[str, str], name: str) -> int:
    try:
        return int(prices[name])
    except KeyError:
        return 0
    except Exception:
        return -1


def cost(prices: dict[str, str], name: str) -> int:
    try:
        return int(prices[name])
    except LookupError:
        return 0
    except Exception:
        return -1
