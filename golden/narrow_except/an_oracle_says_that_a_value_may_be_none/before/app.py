from typing import final


@final
class Box:
    def number(self) -> int:
        return int("1")


def first(pair: list[Box | None]) -> int:
    box = max(pair, key=id)
    try:
        return box.number()
    except Exception:
        return len(pair)
