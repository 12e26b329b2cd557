async def main() -> None:
    from app.library import (
        Block,
        afetch,
    )

    await afetch("x")
    print(Block)
