import app.tool
from app import __name__ as rest


def local(value):
    from app.tool import work

    if value:
        work = value
    return work, app.tool


def parameter(work):
    def inner():
        from app.tool import work

        return work(1)

    return inner, work


def builtin(value):
    from app.tool import open

    return open(value)


def other(value):
    from app.tool import rest

    return rest(value)
