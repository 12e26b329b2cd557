class Table(dict[str, int]):
    """A table."""

    def taken(self, key: str) -> int:
        try:
            return dict.pop(self, key)
        except KeyError:
            return 0


def taken(table: dict[str, int], key: str) -> int:
    try:
        return dict.pop(table, key)
    except KeyError:
        return 0


def decoded(data: bytes) -> str:
    try:
        return bytes.decode(data, "ascii")
    except UnicodeError:
        return ""


def tidied(data: bytes, table: dict[str, int]) -> int:
    try:
        return table[bytes.decode(data, "ascii", "replace")]
    except KeyError:
        return 0


def number(data: bytes, table: dict[int, int]) -> int:
    try:
        return table[int.from_bytes(data, "big")]
    except KeyError:
        return 0
