from pydantic import BaseModel


class Link(BaseModel):
    a: str  # TODO: HttpUrl, once the clients are ready
    b: str  # TODO: HttpUrl  # noqa: E501
    # TODO: HttpUrl
    # but only when the importer is gone
    c: str
    d: str  # an HttpUrl as text
    e: int  # TODO: HttpUrl
    f: str  # TODO: not HttpUrl
