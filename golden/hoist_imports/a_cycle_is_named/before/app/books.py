"""Books."""

from app.loans import Loan


def lend(title):
    return Loan(title)
