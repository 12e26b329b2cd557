from pydantic import BaseModel

LaxUrl = str


class Link(BaseModel):
    url: LaxUrl

    @property
    def address(self) -> str:
        return self.url
