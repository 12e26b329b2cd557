import app.tool


def run():
    from app.tool import rest, work

    return work(rest)


VALUE = run()

from app.tool import work
