from fastapi import FastAPI

from .models import Links

app = FastAPI()


@app.put("/links")
async def put_links(links: Links):
    pass
