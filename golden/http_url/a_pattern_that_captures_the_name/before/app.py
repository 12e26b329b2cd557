from pydantic import BaseModel


class A(BaseModel):
    url: str


def first(values: list[A]) -> object:
    match values:
        case [LaxUrl, *_]:
            return LaxUrl
        case HttpUrl:
            return HttpUrl
