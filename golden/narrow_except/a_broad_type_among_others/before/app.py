import builtins


def number(text: str, names: dict[str, int]) -> int:
    try:
        return int(text)
    except (KeyError, Exception):
        return 0


def index(text: str) -> int:
    try:
        return int(text)
    except builtins.Exception:
        return 0
