from app.library import Block, fetch


async def main() -> Block:
    return await fetch("x")
