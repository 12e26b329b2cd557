import sys

from pydantic import BaseModel

LaxUrl = str


class A(BaseModel):
    url: LaxUrl


from typing import Annotated  # noqa: E402

from pydantic import Field  # noqa: E402

Name = Annotated[str, Field(max_length=3)]
print(sys.path, Name)
