class Box:
    def __init__(self, size):
        self.size = size


class Other:
    def __init__(self, size):
        super().__init__(size=size)


class Both(Other, Box):
    pass


Both(size=1)
