from pydantic import BaseModel
from alias import StoredUrl
class B(BaseModel):
    url: StoredUrl