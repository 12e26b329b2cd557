from app.store import Base


class Child(Base):
    async def twice(self, name):
        return (await super().aload(name)) * 2

    async def thrice(self, name):
        return (await Base.aload(self, name)) * 3
