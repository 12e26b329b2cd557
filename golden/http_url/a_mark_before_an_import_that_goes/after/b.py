from pydantic import BaseModel

from app import StrictUrl


class B(BaseModel):
    url: StrictUrl
