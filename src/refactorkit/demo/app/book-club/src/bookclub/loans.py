"""Who has which book, and until when."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import List, Optional

from sqlalchemy import select
from sqlalchemy.orm import Session

from bookclub.catalogue import get_book
from bookclub.notices import announce
from bookclub.settings import DEFAULT_LOAN_DAYS, get_settings
from bookclub.tables import LoanRow


@dataclass(frozen=True)
class LoanTerms:
    """How long a book may stay out."""

    days: int = DEFAULT_LOAN_DAYS
    renewals: int = 2


class BookIsOut(Exception):
    """Somebody has the book."""


def loans_of(session: Session, book_id: int) -> List[LoanRow]:
    """All loans of a book, the latest one first."""
    query = select(LoanRow).where(LoanRow.book_id == book_id)
    return list(session.scalars(query.order_by(LoanRow.id.desc())))


def lend(
    session: Session, book_id: int, member: str, days: Optional[int] = None
) -> LoanRow:
    """Lend a book from today on; without `days`, for as long as the settings say."""
    book = get_book(session, book_id)
    if any(loan.returned is None for loan in loans_of(session, book_id)):
        raise BookIsOut(book.title)
    terms = LoanTerms(days=days or get_settings().loan_days)
    due = date.today() + timedelta(days=terms.days)
    loan = LoanRow(book_id=book.id, member=member, due=due)
    session.add(loan)
    session.flush()
    return loan


def take_back(session: Session, book_id: int) -> LoanRow:
    """Close the open loan of a book and tell whoever asked to be told."""
    for loan in loans_of(session, book_id):
        if loan.returned is None:
            loan.returned = date.today()
            announce("returned", get_book(session, book_id).title)
            return loan
    raise LookupError(f"book {book_id} is not out")
