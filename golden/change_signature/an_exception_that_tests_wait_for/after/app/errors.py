import abc


class Base(metaclass=abc.ABCMeta):
    pass


class Missing(Base):
    def __init__(self, key):
        self.name = key


def find(name):
    raise Missing(key=name)
