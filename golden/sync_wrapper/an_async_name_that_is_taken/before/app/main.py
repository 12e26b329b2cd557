from app.library import fetch


def afetch() -> None:
    print("something else")


async def main() -> None:
    await fetch("x")
