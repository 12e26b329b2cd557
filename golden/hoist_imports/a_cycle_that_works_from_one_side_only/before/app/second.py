from app.first import First


class Second(First):
    pass
