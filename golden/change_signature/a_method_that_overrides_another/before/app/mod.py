class Box:
    def put(self, thing):
        return thing


class Bag(Box):
    def put(self, thing):
        return super().put(thing=thing)


Bag().put(thing=1)
