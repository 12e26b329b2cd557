from somewhere import Base


class Box(Base):
    def put(self, item):
        return item


def fill(one: Base, other: Box):
    one.put(thing=1)
    other.put(item=2)
