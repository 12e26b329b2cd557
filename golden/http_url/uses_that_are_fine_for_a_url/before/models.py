from pydantic import BaseModel

LaxUrl = str


class Model(BaseModel):
    url: LaxUrl | None = None

    def show(self) -> str:
        return f"<a href={self.url}>"
