from typing import Protocol


class Box(Protocol):
    def put(self, thing): ...


def fill(box: Box):
    box.put(thing=1)
