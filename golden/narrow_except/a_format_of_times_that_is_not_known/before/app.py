import re
import time
from datetime import datetime


def day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d")
    except Exception:
        return None


def given(text: str, layout: str) -> datetime | None:
    try:
        return datetime.strptime(text, layout)
    except Exception:
        return None


def usual(text: str) -> time.struct_time | None:
    try:
        return time.strptime(text)
    except Exception:
        return None


def twice(text: str) -> time.struct_time | None:
    try:
        return time.strptime(text, "%H:%M %X")
    except Exception:
        return None


WORD = re.compile("a")
