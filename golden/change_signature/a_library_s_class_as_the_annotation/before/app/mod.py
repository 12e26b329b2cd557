from somewhere import Base


class Box(Base):
    def put(self, thing):
        return thing


def fill(one: Base, other: Box):
    one.put(thing=1)
    other.put(thing=2)
