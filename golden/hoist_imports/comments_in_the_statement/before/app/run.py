import app.tool


def make():
    from app.tool import (
        rest,  # the rest
        work,
    )

    return work(rest), app.tool


def take():
    from app.tool import work  # type: ignore

    return work(1)
