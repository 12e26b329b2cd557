class Box:
    def put(self, thing):
        return thing


class Other:
    def put(self, thing):
        return thing


class Both(Box, Other):
    pass


def fill(one: Other):
    one.put(thing=1)
