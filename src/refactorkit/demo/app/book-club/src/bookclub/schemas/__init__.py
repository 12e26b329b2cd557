"""What goes over the wire: `actions` comes in, `core` goes out."""

from bookclub.schemas.actions import BookCreate, BookUpdate, LoanCreate
from bookclub.schemas.core import Book, ClubProfile, Loan, Publisher

__all__ = [
    "Book",
    "BookCreate",
    "BookUpdate",
    "ClubProfile",
    "Loan",
    "LoanCreate",
    "Publisher",
]
