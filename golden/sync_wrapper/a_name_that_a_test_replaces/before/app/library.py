"""Documents in a store: each half does it in its own way, so that the pairs stay."""

from typing import Self

from app.dispatch import async_dispatch


class Block:
    @classmethod
    async def aload(cls, name: str) -> Self:
        return cls()

    @classmethod
    @async_dispatch(aload)
    def load(cls, name: str) -> Self:
        return cls().renamed(name)

    async def asave(self) -> None:
        print("saved")

    @async_dispatch(asave)
    def save(self) -> None:
        print("saved at once")

    def renamed(self, name: str) -> Self:
        return self


class Secret(Block):
    pass


async def afetch(name: str) -> Block:
    return Block()


@async_dispatch(afetch)
def fetch(name: str) -> Block:
    return Secret()
