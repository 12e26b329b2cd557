"""Reads."""

from rules import check


def is_fine(text: str) -> bool:
    try:
        return check(text)
    except Exception:
        return False
