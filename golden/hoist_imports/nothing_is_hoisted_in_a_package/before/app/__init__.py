"""An application."""

from app import tool


def run():
    from app.tool import work

    return work(tool)
