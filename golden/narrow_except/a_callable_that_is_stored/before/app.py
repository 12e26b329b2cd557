from collections.abc import Callable


class Button:
    """A button."""

    def __init__(self, clicked: Callable[[], None]) -> None:
        self.clicked = clicked

    def click(self) -> None:
        try:
            self.clicked()
        except Exception:
            pass


HOOKS: list[Callable[[], None]] = []
TABLE = {"int": int}


def run_hooks() -> None:
    for hook in HOOKS:
        try:
            hook()
        except Exception:
            pass


def convert(kind: str, text: str) -> int:
    try:
        return TABLE[kind](text)
    except Exception:
        return 0
