"""Cover images: fetched once, then kept in a folder."""

import asyncio
import time
from io import BytesIO
from pathlib import Path
from typing import Optional

from bookclub.dispatch import async_dispatch, run_coro_as_sync
from bookclub.settings import get_settings


class CoverStore:
    """A folder with one file for each book, named after its ISBN."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    async def afrom_settings(cls) -> "CoverStore":
        """The store that the settings name; its folder exists afterwards."""
        folder = get_settings().covers
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        return cls(folder)

    @classmethod
    @async_dispatch(afrom_settings)
    def from_settings(cls) -> "CoverStore":
        """The store that the settings name; its folder exists afterwards."""
        folder = get_settings().covers
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder)

    def path_of(self, isbn: str) -> Path:
        return self.folder / f"{isbn}.img"

    async def aread(self, isbn: str) -> bytes:
        return await asyncio.to_thread(self.path_of(isbn).read_bytes)

    @async_dispatch(aread)
    def read(self, isbn: str) -> bytes:
        return self.path_of(isbn).read_bytes()

    async def awrite(self, isbn: str, image: bytes) -> int:
        return await asyncio.to_thread(self.path_of(isbn).write_bytes, image)

    @async_dispatch(awrite)
    def write(self, isbn: str, image: bytes) -> int:
        return self.path_of(isbn).write_bytes(image)

    async def acopy(self, isbn: str, other: "CoverStore") -> int:
        """Copy one cover to another store and return its size in bytes."""
        image = await self.aread(isbn)
        return await other.awrite(isbn, image)

    @async_dispatch(acopy)
    def copy(self, isbn: str, other: "CoverStore") -> int:
        """Copy one cover to another store and return its size in bytes."""
        image = self.read(isbn, _sync=True)
        return other.write(isbn, image, _sync=True)

    async def await_cover(self, isbn: str, seconds: float) -> bool:
        """Wait for a cover to arrive; cancels the wait when the time is over."""

        async def arrived() -> None:
            while not self.path_of(isbn).exists():
                await asyncio.sleep(0.1)

        try:
            await asyncio.wait_for(arrived(), timeout=seconds)
        except asyncio.TimeoutError:
            return False
        return True

    @async_dispatch(await_cover)
    def wait_for_cover(self, isbn: str, seconds: float) -> bool:
        """Wait for a cover to arrive; looks at least once, whatever the time."""
        deadline = time.monotonic() + seconds
        while True:
            if self.path_of(isbn).exists():
                return True
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.1)

    def discard(self, isbn: str) -> bool:
        """Remove a cover; whether there was one to remove."""
        try:
            self.path_of(isbn).unlink()
        except:
            return False
        return True


async def afetch_cover(url: str) -> bytes:
    """Get an image over HTTP."""
    # Slow to import, and most commands never fetch anything.
    import httpx

    async with httpx.AsyncClient(follow_redirects=True, timeout=10) as client:
        response = await client.get(url)
        response.raise_for_status()
        return response.content


@async_dispatch(afetch_cover)
def fetch_cover(url: str) -> bytes:
    """Get an image over HTTP."""
    return run_coro_as_sync(afetch_cover(url))


def thumbnail(image: bytes, width: int = 120) -> Optional[bytes]:
    """A small version of a cover, or None where Pillow isn't installed."""
    try:
        from PIL import Image
    except ImportError:
        return None
    picture = Image.open(BytesIO(image))
    picture.thumbnail((width, width * 2))
    small = BytesIO()
    picture.save(small, format="PNG")
    return small.getvalue()
