from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, HttpUrl

if TYPE_CHECKING:
    from pydantic import HttpUrl

    from .types import LaxUrl


class A(BaseModel):
    url: HttpUrl


def use(url: HttpUrl, other: LaxUrl) -> None:
    pass
