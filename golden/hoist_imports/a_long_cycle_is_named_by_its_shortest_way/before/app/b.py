from app.c import C
from app.d import D


class B(C, D):
    pass
