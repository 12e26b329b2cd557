from app.store import Base


class Child(Base):
    async def twice(self, name):
        return (await super().load(name)) * 2

    async def thrice(self, name):
        return (await Base.load(self, name)) * 3
