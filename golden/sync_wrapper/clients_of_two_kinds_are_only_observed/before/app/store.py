from app.dispatch import async_dispatch
import httpx


async def afetch(url: str) -> bytes:
    async with httpx.AsyncClient(timeout=3) as client:
        response = await client.get(url)
    return response.content


@async_dispatch(afetch)
def fetch(url: str) -> bytes:
    with httpx.Client(timeout=3) as client:
        response = client.get(url)
    return response.content
