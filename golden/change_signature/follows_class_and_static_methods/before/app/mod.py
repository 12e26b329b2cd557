class Box:
    @classmethod
    def make(cls, size, colour="red"):
        return cls.make(size, colour=colour)

    @staticmethod
    def weigh(size, colour="red"):
        return Box.weigh(size, colour)


class Crate(Box):
    def two(self):
        return self.make(1, "a"), Crate.make(2, colour="b"), type(self).make(3, "c")
