"""Read the lists of new books that publishers send."""

import asyncio
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, List, Optional

from sqlalchemy.orm import Session

from bookclub.catalogue import add_book
from bookclub.dispatch import async_dispatch
from bookclub.schemas import BookCreate
from bookclub.types import LaxUrl

logger = logging.getLogger(__name__)


@dataclass
class FeedEntry:
    """One line of a publisher's list, before anything is checked."""

    isbn: str
    title: str
    link: Optional[LaxUrl] = None
    pages: Optional[int] = None


def _pages(raw: Any) -> Optional[int]:
    try:
        return int(raw)
    except Exception as error:
        logger.debug("page count %r left out: %s", raw, error)
        return None


def parse_feed(text: str) -> Iterator[FeedEntry]:
    """The entries of a feed. LaxUrl says nothing about them yet: see import_feed."""
    try:
        document = json.loads(text)
    except Exception as error:
        raise ValueError(f"not a feed: {error}") from error
    for item in document.get("items", []):
        yield FeedEntry(
            isbn=str(item["isbn"]).replace("-", ""),
            title=item["title"],
            link=item.get("cover"),
            pages=_pages(item.get("pages")),
        )


async def aload_feed(path: Path) -> List[FeedEntry]:
    """Read a feed from a file."""
    text = await asyncio.to_thread(path.read_text, "utf-8")
    return list(parse_feed(text))


@async_dispatch(aload_feed)
def load_feed(path: Path) -> List[FeedEntry]:
    """Read a feed from a file."""
    text = path.read_text("utf-8")
    return list(parse_feed(text))


async def aload_feeds(paths: List[Path]) -> List[FeedEntry]:
    entries = []
    for path in paths:
        # Still from the time before `aload_feed` had a name of its own.
        entries.extend(await load_feed(path))
    return entries


@async_dispatch(aload_feeds)
def load_feeds(paths: List[Path]) -> List[FeedEntry]:
    entries = []
    for path in paths:
        entries.extend(load_feed(path, _sync=True))
    return entries


def import_feed(session: Session, entries: List[FeedEntry]) -> int:
    """Add every entry as a book and return how many there were."""
    for entry in entries:
        body = BookCreate(isbn=entry.isbn, title=entry.title, cover_url=entry.link)
        add_book(session, body)
    return len(entries)
