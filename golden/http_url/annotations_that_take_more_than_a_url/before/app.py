from typing import ClassVar, Generic, Literal, Optional, TypeVar, Union

from pydantic import BaseModel, PrivateAttr

LaxUrl = str
T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    item: T


class Link(BaseModel):
    a: ClassVar[LaxUrl] = "x"
    _b: LaxUrl = PrivateAttr("x")
    c: Union[LaxUrl, int]
    d: LaxUrl | Literal["none"]
    e: dict[LaxUrl, int]
    f: Page[LaxUrl]
    g: Optional[type[LaxUrl]] = None
    h: dict[str, str]  # TODO: HttpUrl
    i: list[Union[LaxUrl, bytes]] = []
