from typing import Annotated, Optional

from fastapi import Body
from pydantic import BaseModel, Field
from typing_extensions import Doc

from types_ import LaxUrl


class Links(BaseModel):
    a: Annotated[LaxUrl, Doc("A LaxUrl.")]
    b: Annotated[Optional[LaxUrl], Field(description="a LaxUrl, or nothing")] = None
    c: Annotated[list[LaxUrl], Field(max_length=3)]
    d: Annotated[LaxUrl, "just a note"] = "https://example.com/x"
