from app.traced import read


async def main() -> None:
    await read("x")
