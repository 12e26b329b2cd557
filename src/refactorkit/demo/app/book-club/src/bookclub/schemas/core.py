"""What the API returns, read from the rows of `bookclub.tables`."""

from datetime import date
from typing import List, Optional

from pydantic import BaseModel, ConfigDict, Field

from bookclub.types import Isbn, LaxUrl


class StoredModel(BaseModel):
    """Base of everything that is read from a table."""

    model_config = ConfigDict(from_attributes=True)

    id: int


class Publisher(StoredModel):
    """A publisher, with the address that catalogue.is_secure looks at."""

    name: str
    homepage: LaxUrl = Field(default="", description="Empty when there is none.")
    # Two publishers still hand out their price lists by ftp.
    price_list: LaxUrl = ""  # refactorkit: ignore[http-url]


class Book(StoredModel):
    """A book as the API shows it."""

    isbn: Isbn
    title: str
    cover_url: Optional[LaxUrl] = Field(
        default=None, description="An image; old rows may hold a bare file name."
    )
    reviews: List[LaxUrl] = Field(default_factory=list)
    publisher: Optional[Publisher] = None


class Loan(StoredModel):
    book_id: int
    member: str
    due: date
    returned: Optional[date] = None


class ClubProfile(BaseModel):
    """The club's own page: the settings form sends it, and reads it back."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    website: Optional[LaxUrl] = None
