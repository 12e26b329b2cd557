import app
from app import mod
from app.mod import Bag as B


class Mine(mod.Box):
    def make(self):
        return app.Case(width=1), mod.Box(width=2), B(width=3), Mine(width=4)
