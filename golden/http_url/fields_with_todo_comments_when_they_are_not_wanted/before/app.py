from pydantic import BaseModel


class Link(BaseModel):
    url: str  # TODO: HttpUrl
