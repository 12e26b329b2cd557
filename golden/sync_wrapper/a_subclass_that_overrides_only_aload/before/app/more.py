from app import store as s


class Child(s.Base):
    async def aload(self, name):
        return name
