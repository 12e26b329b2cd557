class Missing(LookupError):
    def __init__(self, name, hint=None):
        self.name = name


class Items(list):
    def __init__(self, name):
        super().__init__()
        self.name = name


def find(name):
    raise Missing(name, "none") from Missing(name=name)


def items(name):
    return Items(name), Items(name=name)
