import contextlib
from contextlib import asynccontextmanager


@contextlib.contextmanager
def indented(by, verbose=False):
    yield by


class Session:
    @asynccontextmanager
    async def open(self, by, *, verbose=False):
        yield by


async def use(session: Session):
    with indented(by=2), indented(3) as depth:
        async with session.open(by=depth):
            pass
    async with Session().open(by=1, verbose=True):
        return indented(by=4)
