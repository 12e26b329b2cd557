import inspect
from typing import TYPE_CHECKING

from app.library import Block


async def main() -> None:
    coroutine = Block.load("x")
    if TYPE_CHECKING:
        assert inspect.isawaitable(coroutine)
    await coroutine
