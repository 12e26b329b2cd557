from app.a import run


class D:
    start = run
