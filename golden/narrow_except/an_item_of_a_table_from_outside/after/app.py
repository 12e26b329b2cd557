from html.entities import name2codepoint

from shop import PRICES


def point(name: str, text: str) -> int:
    try:
        name2codepoint[name]
        return int(text)
    except Exception:
        return 0


def price(name: str, text: str) -> int:
    try:
        PRICES[name]
        return int(text)
    except Exception:
        return 0


def kinds(text: str) -> int:
    try:
        list[int]
        return int(text)
    except ValueError:
        return 0
