from app.library import Block, Secret


class Mine(Secret):
    async def asave(self) -> None:
        print("mine")


async def main(block: Block, mine: Mine) -> None:
    await block.save()
    await mine.save()
    await Secret().save()
