from __future__ import annotations

from typing import TYPE_CHECKING


def run(value):
    if TYPE_CHECKING:
        from app.tool import Tool

    def inner(tool: Tool) -> None:
        print(tool)

    return inner(value)
