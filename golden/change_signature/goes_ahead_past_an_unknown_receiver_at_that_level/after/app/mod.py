class Box:
    def put(self, thing):
        return thing


def fill(box, other: Box):
    box.put(1, loud=True)
    other.put(2)
