class Lazy:
    """Computes its attributes."""

    def __getattr__(self, name: str) -> int:
        return int(name)


def read() -> int:
    lazy = Lazy()
    try:
        return lazy.value
    except Exception:
        return 0
