from app.library import afetch, fetch


async def main() -> None:
    await afetch("x")


def now() -> None:
    fetch("x")
