"""Books."""


class Book:
    def loans(self):
        # avoid a circular import
        from app.loans import loans_of

        return loans_of(self)
