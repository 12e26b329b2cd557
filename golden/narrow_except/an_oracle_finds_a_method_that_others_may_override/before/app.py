class Box:
    def __init__(self, text: str) -> None:
        self.text = text

    def number(self) -> int:
        return int(self.text)


def first(pair: list[Box]) -> int:
    box = max(pair, key=id)
    try:
        return box.number()
    except Exception:
        return len(pair)
