from typing import Annotated, Optional

from fastapi import Body
from pydantic import BaseModel, Field, HttpUrl
from typing_extensions import Doc

from types_ import LaxUrl


class Links(BaseModel):
    a: Annotated[HttpUrl, Doc("A LaxUrl.")]
    b: Annotated[Optional[HttpUrl], Field(description="a LaxUrl, or nothing")] = None
    c: Annotated[list[LaxUrl], Field(max_length=3)]
    d: Annotated[HttpUrl, "just a note"] = HttpUrl("https://example.com/x")
