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
    except asyncio.TimeoutError:
        return False
    return True


def second() -> bool:
    try:
        slow()
    except socket.timeout:
        return False
    return True
