from typing import Literal

from pydantic import BaseModel


class Link(BaseModel):
    kind: Literal["LaxUrl"]
