async def main() -> None:
    from app.library import (
        Block,
        fetch,
    )

    await fetch("x")
    print(Block)
