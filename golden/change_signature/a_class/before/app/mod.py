from dataclasses import dataclass


@dataclass
class Box:
    size: int


Box(size=1)
