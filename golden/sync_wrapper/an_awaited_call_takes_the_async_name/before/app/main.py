from app.library import Block


async def main() -> None:
    block = await Block.load("x")  # by its class
    await block.save()
