import app
from app import mod
from app.mod import Bag as B


class Mine(mod.Box):
    def make(self):
        return app.Case(size=1), mod.Box(size=2), B(size=3), Mine(size=4)
