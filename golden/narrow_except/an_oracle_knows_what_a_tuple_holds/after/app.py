from typing import final


@final
class Box:
    def __init__(self, text: str) -> None:
        self.text = text

    def number(self) -> int:
        return int(self.text)


def first(pair: tuple[str, Box]) -> int:
    name, box = pair
    try:
        return box.number()
    except ValueError:
        return len(name)
