import os


def blocks(path: str) -> int:
    try:
        return max(os.stat(path).st_size, 2 ** 23)
    except (OSError, ValueError):
        return 0


def inverse(number: int, power: int) -> float:
    try:
        return number ** power
    except (OverflowError, ZeroDivisionError):
        return 0
