import atexit


class File:
    """A file."""

    def __del__(self) -> None:
        try:
            int("x")
        except Exception:
            pass


@atexit.register
def finish() -> None:
    try:
        int("x")
    except Exception:
        pass
