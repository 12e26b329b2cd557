from app.library import Block


async def main() -> None:
    block = await Block.aload("x")  # by its class
    await block.asave()
