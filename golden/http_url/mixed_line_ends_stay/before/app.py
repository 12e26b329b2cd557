# why
from pydantic import BaseModel


class Link(BaseModel):
    # TODO: HttpUrl
	url: str
