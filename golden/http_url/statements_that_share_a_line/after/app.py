from pydantic import BaseModel, HttpUrl

LaxUrl = str


class A(BaseModel): url: LaxUrl
class B(BaseModel): url: LaxUrl; other: LaxUrl
X = 1; LaxLink = LaxUrl


class C(BaseModel):
    first: HttpUrl; second: HttpUrl | None = None; third: int = 3  # three
