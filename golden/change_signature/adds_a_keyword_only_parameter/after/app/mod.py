class Box:
    def put(self, thing, *, loud=False, **more):
        return thing, more

    def __enter__(self):
        return self

    @staticmethod
    def plain():
        return 1


def fill(box: Box):
    box.put(1)
    Box().put(2, label="b")
    with Box() as other:
        other.put(3)
