from typing import final


@final
class Remote:
    """Something elsewhere."""

    def __getattribute__(self, name: str) -> object:
        raise ConnectionError(name)

    def size(self) -> int:
        return 1


@final
class Near:
    """Something here, which is asked only for what it hasn't."""

    def __getattr__(self, name: str) -> object:
        raise ConnectionError(name)

    def size(self) -> int:
        return 1


def remote(one: Remote, table: dict[int, int]) -> int:
    try:
        return table[one.size()]
    except Exception:
        return 0


def near(one: Near, table: dict[int, int]) -> int:
    try:
        return table[one.size()]
    except Exception:
        return 0
