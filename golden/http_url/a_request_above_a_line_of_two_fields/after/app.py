from pydantic import BaseModel, HttpUrl


class A(BaseModel):
    url: HttpUrl = HttpUrl("https://" "example.com"); other: str = "text"
