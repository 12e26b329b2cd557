from typing import final


@final
class Box:
    def number(self) -> int:
        return int("1")


def first(pair: tuple[str, Box | None]) -> int:
    name, box = pair
    try:
        return box.number()
    except Exception:
        return len(name)
