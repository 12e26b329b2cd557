from app.library import Block, fetch


async def main() -> Block:
    await Block.aload("x")
    return await fetch("x")
