from typing import Protocol


class _Source(Protocol):
    def read(self) -> str:
        return ""


def first(pair: tuple[str, _Source]) -> int:
    name, source = pair
    try:
        return int(source.read())
    except Exception:
        return len(name)
