import re
import time
from datetime import datetime


def day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        return None


def given(text: str, layout: str) -> datetime | None:
    try:
        return datetime.strptime(text, layout)
    except (ValueError, re.error):
        return None


def usual(text: str) -> time.struct_time | None:
    try:
        return time.strptime(text)
    except ValueError:
        return None


def twice(text: str) -> time.struct_time | None:
    try:
        return time.strptime(text, "%H:%M %X")
    except (ValueError, re.error):
        return None


WORD = re.compile("a")
