"""The core."""

from app.tools import Tool


def run():
    return Tool()
