class Box:
    def put(self, thing):
        return thing

    take = put


class Shelf:
    def __init__(self, box: Box):
        self.act = box.put
