from typing import final


@final
class Box:
    def number(self) -> int:
        return int("1")


def first(given) -> int:
    box = given or Box()
    try:
        return box.number()
    except Exception:
        return 0
