from app.library import Block


class Mine(Block):
    async def both(self) -> None:
        await self.save()
        await super().save()

    @classmethod
    async def get(cls) -> "Mine":
        return await cls.load("x")
