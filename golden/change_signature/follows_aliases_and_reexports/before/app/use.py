import app
import app.mod as m
from app import get
from app.mod import fetch as f


def run():
    from app.mod import fetch

    return app.fetch(url=1), app.mod.fetch(url=2), m.fetch(url=3), get(url=4), f(url=5), fetch(url=6)
