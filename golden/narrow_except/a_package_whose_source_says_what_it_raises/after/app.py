from shop import NoPrice, price


def cost(text: str, name: str) -> float:
    try:
        return price(text, name)
    except (KeyError, NoPrice, ValueError):
        return 0.0
