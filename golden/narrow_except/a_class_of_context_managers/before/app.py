class Locked:
    """Holds a number."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __enter__(self) -> int:
        return int(self.text)

    def __exit__(self, *arguments: object) -> None:
        raise LookupError("gone")


def show(text: str) -> None:
    try:
        with Locked(text):
            pass
    except Exception:
        return
