from app.library import Block


class Mine(Block):
    async def both(self) -> None:
        await self.asave()
        await super().asave()

    @classmethod
    async def get(cls) -> "Mine":
        return await cls.aload("x")
