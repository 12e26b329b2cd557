from app.api import fetch


async def main() -> None:
    await fetch("x")
