"""Books."""

from app.loans import loans_of


class Book:
    def loans(self):
        return loans_of(self)
