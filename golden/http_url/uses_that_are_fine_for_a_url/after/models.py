from pydantic import BaseModel, HttpUrl

LaxUrl = str


class Model(BaseModel):
    url: HttpUrl | None = None

    def show(self) -> str:
        return f"<a href={self.url}>"
