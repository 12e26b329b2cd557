import typing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.tool import Rest

if typing.TYPE_CHECKING: import re


def run(value) -> None:
    held: Rest = value
