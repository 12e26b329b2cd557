import contextlib
from contextlib import asynccontextmanager


@contextlib.contextmanager
def indented(by, verbose=False):
    yield by


class Session:
    @asynccontextmanager
    async def open(self, depth):
        yield depth


async def use(session: Session):
    with indented(by=2), indented(3) as depth:
        async with session.open(depth=depth):
            pass
    async with Session().open(depth=1):
        return indented(by=4)
