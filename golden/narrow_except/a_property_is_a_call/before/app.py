from typing import final


@final
class Row:
    """A row."""

    def __init__(self, text: str) -> None:
        self.text = text

    @property
    def number(self) -> int:
        return int(self.text)


def total(row: Row) -> int:
    try:
        return row.number
    except Exception:
        return 0
