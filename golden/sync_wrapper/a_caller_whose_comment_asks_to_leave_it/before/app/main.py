from app.library import Block


async def main() -> None:
    await Block.load("x")  # refactorkit: ignore[sync-wrapper]
    await Block.load("y")
