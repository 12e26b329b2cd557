from fastapi import FastAPI
from shop.a import A
from shop.b import B

app = FastAPI()


@app.post("/")
def post(a: A, b: B):
    return a.model_dump(), b.model_dump()
