class Box:
    def __init__(self, size):
        self.size = size


class Bag(Box):
    pass


Box(size=1), Bag(size=2)
