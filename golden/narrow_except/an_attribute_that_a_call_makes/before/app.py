import re
import threading
from typing import final


class Stored:
    """A value that is loaded."""

    def __get__(self, owner: object, kind: object) -> int:
        return int(open("value").read())


@final
class Page:
    """A page."""

    value = Stored()
    other = property(lambda self: int("x"))
    pattern = re.compile("a")
    lock = threading.Lock()
    size = 3


def loaded(page: Page, table: dict[str, int]) -> object:
    try:
        return table["a"], page.value
    except Exception:
        return None


def of_the_class(table: dict[str, int]) -> object:
    try:
        return table["a"], Page.value
    except Exception:
        return None


def computed(page: Page, table: dict[str, int]) -> object:
    try:
        return table["a"], page.other
    except Exception:
        return None


def plain(page: Page, table: dict[str, int]) -> object:
    try:
        return table["a"], page.pattern, page.lock, Page.pattern, Page.size
    except Exception:
        return None
