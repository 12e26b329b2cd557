from pydantic import BaseModel, HttpUrl
from shop.graph import Link as Edge


class New(BaseModel):
    url: HttpUrl
    edge: Edge
