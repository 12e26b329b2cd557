import builtins


def number(text: str, names: dict[str, int]) -> int:
    try:
        return int(text)
    except (KeyError, ValueError):
        return 0


def index(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return 0
