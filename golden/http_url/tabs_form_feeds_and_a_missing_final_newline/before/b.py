from pydantic import BaseModel
from alias import LaxUrl
class B(BaseModel):
    url: LaxUrl