"""Reads."""

import json

from rules import check


def is_fine(text: str) -> bool:
    try:
        return check(text)
    except json.JSONDecodeError:
        return False
