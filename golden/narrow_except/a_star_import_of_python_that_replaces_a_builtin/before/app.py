from math import *
from tokenize import *


def first(path: str) -> int:
    try:
        return open(path)
    except Exception:
        return 0


def number(text: str) -> int:
    try:
        return int(text)
    except Exception:
        return 0
