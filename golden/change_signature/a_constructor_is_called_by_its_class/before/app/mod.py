from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Box(Generic[T]):
    """A box.

    size is in the text.
    """

    def __init__(self, size, colour="red"):
        """A new box.

        :param size: how big
        """
        self.size = size
        self.colour = colour

    @classmethod
    def small(cls) -> Box:
        return cls(size=1)

    def again(self) -> Box:
        return Box(size=self.size, colour=self.colour)


class Bag(Box[T]):
    pass


def sizes(boxes: list[Box]) -> dict[str, Box]:
    if isinstance(boxes[0], (Box, Bag)):
        return {"a": Box[int](size=1), "b": Bag(size=2), "c": Bag.small()}
    return {}
