from typing import Optional, cast

from fastapi import FastAPI
from pydantic import BaseModel, TypeAdapter, create_model

LaxUrl = str
OptionalLaxUrl = Optional[LaxUrl]
adapter = TypeAdapter(LaxUrl)
app = FastAPI()


@app.get("/")
def get(url: LaxUrl, other: "LaxUrl | None" = None) -> LaxUrl:
    local: LaxUrl = url
    return cast("LaxUrl", local)


Link = create_model("Link", url=(LaxUrl, ...))
made = LaxUrl("x")


class Model(BaseModel):
    url: str = LaxUrl("y")
