from bare import LaxUrl
from pydantic import BaseModel


class B(BaseModel):
    url: LaxUrl
