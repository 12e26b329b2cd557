import contextlib

from app.tool import work


def attempt(value):
    try:
        from app.tool import rest

        return rest(value)
    except ValueError:
        return None


def quiet(value):
    with contextlib.suppress(KeyError):
        from app.tool import rest

        return rest(value)


def maybe(value):
    if value:
        from app.tool import rest

        return rest(value)
    return work(value)
