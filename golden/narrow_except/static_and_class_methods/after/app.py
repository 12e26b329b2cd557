class Reader:
    """Reads."""

    @staticmethod
    def number(text: str) -> int:
        return int(text)

    @classmethod
    def named(cls, names: dict[str, int], name: str) -> int:
        return names[name]


def show(text: str, names: dict[str, int]) -> int:
    try:
        return Reader.number(text) + Reader.named(names, text)
    except (KeyError, ValueError):
        return 0
