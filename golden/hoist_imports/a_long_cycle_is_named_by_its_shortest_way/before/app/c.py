from app.d import D


class C:
    other = D
