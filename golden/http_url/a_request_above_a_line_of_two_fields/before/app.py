from pydantic import BaseModel


class A(BaseModel):
    # TODO: HttpUrl
    url: str = "https://" "example.com"; other: str = "text"
