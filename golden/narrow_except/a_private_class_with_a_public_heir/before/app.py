class _Source:
    def read(self, text: str) -> int:
        return int(text)


class Source(_Source):
    """Anybody may inherit from it."""


def total(source: _Source, text: str) -> int:
    try:
        return source.read(text)
    except Exception:
        return 0
