class Box:
    def __init__(self, size, lid=None):
        self.size = size


class Bag(Box):
    def __init__(self, name):
        super().__init__(name, 3)


class Net(Box):
    def __init__(self, size):
        Box.__init__(self, size=size, lid=1)


class Sack(Bag):
    def __init__(self):
        super().__init__("sack")


Box(1, 2), Bag(name="b"), Net(size=2), Sack()
