"""Types."""


class Base:
    def child(self):
        from app.types import Child

        return Child()


class Child(Base):
    pass
