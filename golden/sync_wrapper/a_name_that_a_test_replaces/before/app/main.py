from app.library import Block, fetch


async def main() -> Block:
    await Block.load("x")
    return await fetch("x")
