from pydantic import BaseModel

LaxUrl = str


class A(BaseModel): url: LaxUrl
class B(BaseModel): url: LaxUrl; other: LaxUrl
X = 1; LaxLink = LaxUrl


class C(BaseModel):
    first: LaxUrl; second: LaxUrl | None = None; third: int = 3  # three
