"""async_dispatch pairs are described here."""

TEXT = "@async_dispatch(aload)"  # async_dispatch


async def aload(name):
    return name


def load(name):
    return name
