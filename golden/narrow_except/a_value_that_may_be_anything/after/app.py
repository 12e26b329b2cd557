import re
from typing import Any


def pattern(value: Any) -> object:
    try:
        return re.compile(value)
    except Exception:
        return None


def parsed(value: object) -> int:
    try:
        return int(value)
    except Exception:
        return 0


def known(value: str) -> int:
    try:
        return int(value)
    except ValueError:
        return 0
