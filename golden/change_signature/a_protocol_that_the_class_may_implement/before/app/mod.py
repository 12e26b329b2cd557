from typing import Protocol


class Taking(Protocol):
    def put(self, thing): ...


class Box:
    def put(self, thing):
        return thing


def fill(one: Taking):
    one.put(thing=1)
    one.put(2)
