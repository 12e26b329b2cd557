import documented
import licensed
from pydantic import BaseModel


class A(BaseModel):
    url: licensed.LaxUrl
    link: documented.LaxLink
