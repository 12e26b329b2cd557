from pydantic import BaseModel

LaxUrl = str


class Model(BaseModel):
    a: LaxUrl
    b: LaxUrl
    c: LaxUrl
    d: LaxUrl
    e: LaxUrl
    f: LaxUrl
    g: LaxUrl
    h: LaxUrl
    i: LaxUrl
    j: LaxUrl
    k: LaxUrl
    l: LaxUrl
    m: LaxUrl
    n: LaxUrl
    o: LaxUrl
    p: list[LaxUrl]
