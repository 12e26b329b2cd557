import typing as t
from collections.abc import Sequence
from typing import Dict, List, Optional, Union

from pydantic import BaseModel, Field

from .types import LaxUrl


class Links(BaseModel):
    a: Optional[LaxUrl] = None
    b: Union[LaxUrl, None] = None
    c: Union[None, LaxUrl]
    d: LaxUrl | None = None
    e: None | LaxUrl
    f: List[LaxUrl] = Field(default_factory=list)
    g: list[LaxUrl | None] = []
    h: Dict[str, LaxUrl]
    i: dict[str, list[LaxUrl]] = {}
    j: t.Optional[t.List[LaxUrl]] = None
    k: tuple[LaxUrl, ...] = ()
    l: Sequence[LaxUrl]
    m: Optional[
        LaxUrl  # where it came from
    ] = None
    n: (LaxUrl) = ...
    o: set[LaxUrl]
