import typing

if typing.TYPE_CHECKING: import re


def run(value) -> None:
    from app.tool import Rest

    held: Rest = value
