"""Loans."""


class Loan:
    def __init__(self, title):
        self.title = title

    def again(self):
        from app.books import lend

        return lend(self.title)
