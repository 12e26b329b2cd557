import documented
import licensed
from pydantic import BaseModel


class A(BaseModel):
    url: licensed.StoredUrl
    link: documented.StoredUrl
