from pydantic import BaseModel


class Link(BaseModel):
    # was a LaxUrl once
    url: int
