from app.store import Base


class Child(Base):
    async def aload(self, name):
        return (await super().aload(name)) * 2

    def load(self, name):
        return super().load(name) * 2
