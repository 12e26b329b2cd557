import asyncio
import socket


def late() -> None:
    raise asyncio.TimeoutError


def slow() -> None:
    raise socket.timeout("slow")


def first() -> bool:
    try:
        late()
    except TimeoutError:
        return False
    except Exception:
        return False
    return True


def second() -> bool:
    try:
        slow()
    except Exception:
        return False
    return True
