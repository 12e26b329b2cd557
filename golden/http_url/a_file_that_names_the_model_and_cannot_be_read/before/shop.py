from fastapi import FastAPI
from pydantic import BaseModel

LaxUrl = str
app = FastAPI()


class NewItem(BaseModel):
    homepage: LaxUrl


@app.post("/items")
def post(item: NewItem) -> None:
    pass
