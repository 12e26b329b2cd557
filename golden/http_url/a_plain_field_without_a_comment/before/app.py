from pydantic import BaseModel


class Link(BaseModel):
    url: str
    homepage: str | None = None
