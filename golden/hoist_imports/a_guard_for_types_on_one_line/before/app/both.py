import typing

if typing.TYPE_CHECKING: import json; import re


def run() -> "Rest":
    from app.tool import Rest

    def show(value: "Rest") -> None: ...

    return show


def shown():
    import json

    return json.dumps(1)
