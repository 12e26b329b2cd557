from typing import final


@final
class Parser:
    """Reads numbers."""

    def parse(self, text: str) -> int:
        return int(text)


def number(parser: Parser, text: str) -> int:
    try:
        return parser.parse(text)
    except ValueError:
        return 0
