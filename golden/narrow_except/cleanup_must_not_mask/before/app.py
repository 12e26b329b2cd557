class Connection:
    """A connection."""

    def close(self) -> None:
        try:
            int("x")
        except Exception:
            pass


def use(text: str) -> int:
    try:
        return len(text)
    finally:
        try:
            int(text)
        except Exception:
            pass


def other(text: str) -> int:
    try:
        return len(text)
    except ValueError:
        try:
            int(text)
        except Exception:
            pass
        raise
