from pydantic import BaseModel
from shop.types import Link
from shop.graph import Link as Edge


class New(BaseModel):
    url: Link
    edge: Edge
