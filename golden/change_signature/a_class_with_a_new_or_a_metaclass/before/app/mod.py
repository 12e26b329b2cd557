class Kind(type):
    pass


class Box(metaclass=Kind):
    def __new__(cls, size):
        return super().__new__(cls)

    def __init__(self, size):
        self.size = size


Box(size=1)
