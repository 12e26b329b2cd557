class Box:
    def put(self, thing):
        return thing


class Other:
    def put(self, thing):
        return thing


class Both(Other, Box):
    pass
