async def parse(text: str) -> int:
    return int(text)


async def load(text: str) -> int:
    try:
        return await parse(text)
    except ValueError:
        return 0


def later(text: str) -> object:
    try:
        return parse(text)
    except Exception:
        return None
