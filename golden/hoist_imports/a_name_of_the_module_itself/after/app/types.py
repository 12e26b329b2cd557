"""Types."""


class Base:
    def child(self):
        return Child()


class Child(Base):
    pass
