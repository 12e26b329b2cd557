from dataclasses import dataclass


@dataclass
class Box:
    size: int

    def __init__(self, size):
        self.size = size


Box(size=1)
