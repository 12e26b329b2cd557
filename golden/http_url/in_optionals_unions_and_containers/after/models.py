import typing as t
from collections.abc import Sequence
from typing import Dict, List, Optional, Union

from pydantic import BaseModel, Field, HttpUrl


class Links(BaseModel):
    a: Optional[HttpUrl] = None
    b: Union[HttpUrl, None] = None
    c: Union[None, HttpUrl]
    d: HttpUrl | None = None
    e: None | HttpUrl
    f: List[HttpUrl] = Field(default_factory=list)
    g: list[HttpUrl | None] = []
    h: Dict[str, HttpUrl]
    i: dict[str, list[HttpUrl]] = {}
    j: t.Optional[t.List[HttpUrl]] = None
    k: tuple[HttpUrl, ...] = ()
    l: Sequence[HttpUrl]
    m: Optional[
        HttpUrl  # where it came from
    ] = None
    n: (HttpUrl) = ...
    o: set[HttpUrl]
