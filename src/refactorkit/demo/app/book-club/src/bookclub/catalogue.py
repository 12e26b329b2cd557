"""Books and publishers."""

from typing import List, Optional

from sqlalchemy import select
from sqlalchemy.orm import Session

from bookclub.schemas import BookCreate, BookUpdate, ClubProfile, Publisher
from bookclub.tables import BookRow, ProfileRow, PublisherRow


class UnknownBook(LookupError):
    """There is no book with this number."""


def add_book(session: Session, body: BookCreate) -> BookRow:
    """Store a new book; the caller commits."""
    row = BookRow(**body.model_dump())
    session.add(row)
    session.flush()
    return row


def get_book(session: Session, book_id: int) -> BookRow:
    row = session.get(BookRow, book_id)
    if row is None:
        raise UnknownBook(f"book {book_id}")
    return row


def list_books(session: Session, title: Optional[str] = None) -> List[BookRow]:
    """All books by title, or those whose title contains a text."""
    query = select(BookRow).order_by(BookRow.title)
    if title:
        query = query.where(BookRow.title.icontains(title, autoescape=True))
    return list(session.scalars(query))


def update_book(session: Session, book_id: int, body: BookUpdate) -> BookRow:
    row = get_book(session, book_id)
    for name, value in body.model_dump(exclude_unset=True).items():
        setattr(row, name, value)
    session.flush()
    return row


def remove_book(session: Session, book_id: int) -> None:
    """Delete a book and its past loans. A book that is out can't be removed."""
    from bookclub.loans import BookIsOut, loans_of  # avoid circular import

    row = get_book(session, book_id)
    loans = loans_of(session, book_id)
    if any(loan.returned is None for loan in loans):
        raise BookIsOut(row.title)
    for loan in loans:
        session.delete(loan)
    session.delete(row)


def describe_terms(row: BookRow) -> str:
    """The line that is printed on the label in the back of a book."""
    from bookclub.loans import LoanTerms  # avoid circular import

    terms = LoanTerms()
    return f"{row.title}: {terms.days} days, renewed {terms.renewals} times at most"


def is_secure(publisher: Publisher) -> bool:
    """Whether the newsletter may link to a publisher."""
    return publisher.homepage.startswith("https")


def linkable_publishers(session: Session) -> List[Publisher]:
    rows = session.scalars(select(PublisherRow).order_by(PublisherRow.name))
    publishers = [Publisher.model_validate(row) for row in rows]
    return [publisher for publisher in publishers if is_secure(publisher)]


def save_profile(session: Session, profile: ClubProfile) -> ProfileRow:
    """There is one profile; it is written over."""
    row = session.get(ProfileRow, 1) or ProfileRow(id=1)
    row.name = profile.name
    row.website = profile.website
    session.add(row)
    return row
