class Parser:
    """Reads numbers."""

    def parse(self, text: str) -> int:
        return int(text)


class Lookup(Parser):
    """Looks them up."""

    def parse(self, text: str) -> int:
        return {"one": 1}[text]


def number(parser: Parser, text: str) -> int:
    try:
        return parser.parse(text)
    except (KeyError, ValueError):
        return 0
