from typing import TypeVar

from app.dispatch import async_dispatch

F = TypeVar("F")


def traced(function: F) -> F:
    return function


async def aread(name: str) -> str:
    return name


@traced
@async_dispatch(aread)
def read(name: str) -> str:
    return name.upper()
