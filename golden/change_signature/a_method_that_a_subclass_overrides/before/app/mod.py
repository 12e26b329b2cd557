class Box:
    def put(self, thing):
        return thing


class Bag(Box):
    def put(self, thing):
        return super().put(thing=thing)


def fill(box: Box):
    box.put(thing=1)
