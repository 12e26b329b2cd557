from app.library import fetch


async def main() -> None:
    await fetch("x")


def now() -> None:
    fetch("x")
