"""What the API accepts: the bodies of its requests."""

from typing import List, Optional

from pydantic import BaseModel, Field

from bookclub.types import Isbn, LaxUrl


class BookCreate(BaseModel):
    """A new book."""

    isbn: Isbn
    title: str = Field(min_length=1)
    cover_url: Optional[LaxUrl] = None
    reviews: List[LaxUrl] = Field(default_factory=list)
    publisher_id: Optional[int] = None


class BookUpdate(BaseModel):
    """What may change in a book; fields that are not sent stay as they are."""

    title: Optional[str] = Field(None, min_length=1)
    cover_url: Optional[str] = Field(None)  # TODO: HttpUrl
    publisher_id: Optional[int] = None


class LoanCreate(BaseModel):
    member: str
    days: Optional[int] = Field(None, ge=1, le=90)
