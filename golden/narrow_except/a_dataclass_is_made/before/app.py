from dataclasses import dataclass


@dataclass
class Point:
    """A point."""

    x: int
    y: int = 0

    def __post_init__(self) -> None:
        if self.x < 0:
            raise ValueError("negative")


def point(x: int) -> Point | None:
    try:
        return Point(x)
    except Exception:
        return None
