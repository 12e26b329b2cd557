from app import lazy
from app.api import fetch


async def main() -> None:
    await fetch("x")
    await lazy.fetch("x")
