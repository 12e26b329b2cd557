import os


def blocks(path: str) -> int:
    try:
        return max(os.stat(path).st_size, 2 ** 23)
    except Exception:
        return 0


def inverse(number: int, power: int) -> float:
    try:
        return number ** power
    except Exception:
        return 0
