from pydantic import BaseModel


class B(BaseModel):
    url: str  # TODO: HttpUrl
