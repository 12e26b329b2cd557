from collections.abc import Callable
from functools import cached_property
from typing import final


class reify:
    """Works a value out when it is first asked for."""

    def __init__(self, function: Callable[[object], int]) -> None:
        self.function = function

    def __get__(self, owner: object, kind: object) -> int:
        return self.function(owner)


@final
class Page:
    """A page."""

    def __init__(self, text: str) -> None:
        self.text = text

    @reify
    def size(self) -> int:
        return int(self.text)

    @cached_property
    def width(self) -> int:
        return int(self.text)

    @staticmethod
    def title() -> str:
        return "a page"


def size(page: Page) -> int:
    try:
        return page.size
    except Exception:
        return 0


def of_the_class(table: dict[str, object]) -> object:
    try:
        return table["a"], Page.size
    except Exception:
        return None


def width(page: Page) -> int:
    try:
        return page.width
    except Exception:
        return 0


def plain(page: Page, table: dict[str, object]) -> object:
    try:
        return table["a"], page.title, Page.title, Page.width
    except Exception:
        return None
