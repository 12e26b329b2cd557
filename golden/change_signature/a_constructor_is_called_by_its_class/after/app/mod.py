from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Box(Generic[T]):
    """A box.

    size is in the text.
    """

    def __init__(self, width, colour="red"):
        """A new box.

        :param width: how big
        """
        self.size = width
        self.colour = colour

    @classmethod
    def small(cls) -> Box:
        return cls(width=1)

    def again(self) -> Box:
        return Box(width=self.size, colour=self.colour)


class Bag(Box[T]):
    pass


def sizes(boxes: list[Box]) -> dict[str, Box]:
    if isinstance(boxes[0], (Box, Bag)):
        return {"a": Box[int](width=1), "b": Bag(width=2), "c": Bag.small()}
    return {}
