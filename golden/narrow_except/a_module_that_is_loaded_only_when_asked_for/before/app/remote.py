import redis


class RemoteError(Exception):
    """The other side failed."""


def fetch(count: int) -> int:
    if count < 1:
        raise RemoteError("none")
    return count
