class Parser:
    """Reads numbers."""

    def parse(self, text: str) -> int:
        return int(text)


def number(text: str) -> int:
    parser = Parser()
    try:
        return parser.parse(text)
    except ValueError:
        return 0
