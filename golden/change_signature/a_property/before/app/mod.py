class Box:
    @property
    def size(self, unit=1):
        return unit

    @size.setter
    def size(self, value):
        pass
