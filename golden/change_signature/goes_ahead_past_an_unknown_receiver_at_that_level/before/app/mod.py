class Box:
    def put(self, thing, loud=False):
        return thing


def fill(box, other: Box):
    box.put(1, loud=True)
    other.put(2, loud=True)
