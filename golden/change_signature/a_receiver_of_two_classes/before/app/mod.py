class Box:
    def put(self, thing):
        return thing


class Bag:
    def put(self, thing):
        return thing


def fill(one: Box | Bag):
    one.put(thing=1)
