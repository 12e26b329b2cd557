from app.library import Block, afetch


async def main() -> Block:
    return await afetch("x")
