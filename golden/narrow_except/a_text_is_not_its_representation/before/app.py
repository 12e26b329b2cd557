from typing import final


@final
class Page:
    """A page."""

    def __repr__(self) -> str:
        return "a page"

    def __str__(self) -> str:
        raise ConnectionError


def text(page: Page) -> str:
    try:
        return f"{page}"
    except Exception:
        return ""


def representation(page: Page, table: dict[str, int]) -> object:
    try:
        return table["a"], f"{page!r}"
    except Exception:
        return None
