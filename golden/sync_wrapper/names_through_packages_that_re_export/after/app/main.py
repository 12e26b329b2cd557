from app import lazy
from app.api import afetch, fetch


async def main() -> None:
    await afetch("x")
    await lazy.afetch("x")
