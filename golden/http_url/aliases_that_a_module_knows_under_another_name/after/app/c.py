import app.types
import app.types as t
from pydantic import BaseModel


class C(BaseModel):
    url: app.types.StoredUrl
    other: t.StoredUrl | None = None
