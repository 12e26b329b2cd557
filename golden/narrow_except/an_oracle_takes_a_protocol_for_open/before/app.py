from typing import Protocol


class _Source(Protocol):
    def read(self) -> str:
        return ""


def first(pair: list[_Source]) -> int:
    source = max(pair, key=id)
    try:
        return int(source.read())
    except Exception:
        return len(pair)
