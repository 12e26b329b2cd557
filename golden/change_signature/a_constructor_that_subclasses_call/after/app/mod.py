class Box:
    def __init__(self, kind, size):
        self.size = size


class Bag(Box):
    def __init__(self, name):
        super().__init__(None, name)


class Net(Box):
    def __init__(self, size):
        Box.__init__(self, size=size, kind=None)


class Sack(Bag):
    def __init__(self):
        super().__init__("sack")


Box(None, 1), Bag(name="b"), Net(size=2), Sack()
