class Box:
    def __init__(self):
        self.put = print

    def put(self, thing):
        return thing


Box().put(thing=1)
