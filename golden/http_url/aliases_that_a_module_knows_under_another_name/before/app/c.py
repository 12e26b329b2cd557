import app.types
import app.types as t
from pydantic import BaseModel


class C(BaseModel):
    url: app.types.LaxUrl
    other: t.LaxUrl | None = None
