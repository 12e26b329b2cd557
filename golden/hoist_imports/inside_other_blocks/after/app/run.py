import contextlib

from app.tool import rest, work


def attempt(value):
    try:
        return rest(value)
    except ValueError:
        return None


def quiet(value):
    with contextlib.suppress(KeyError):
        return rest(value)


def maybe(value):
    if value:
        return rest(value)
    return work(value)
