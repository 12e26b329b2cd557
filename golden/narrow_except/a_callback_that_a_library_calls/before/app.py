from collections.abc import Callable


def ordered(names: list[str], key: Callable[[str], int]) -> list[str]:
    try:
        return sorted(names, key=key)
    except Exception:
        return names
