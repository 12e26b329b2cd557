from app.library import Block


async def main(**rest: str) -> None:
    await Block.load("x", _sync=True)
    await Block.load("x", **rest)
