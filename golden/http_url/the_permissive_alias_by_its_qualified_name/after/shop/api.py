from fastapi import FastAPI
from shop.models import New

app = FastAPI()


@app.post("/")
def post(new: New):
    pass
