import app
import app.mod as m
from app import get
from app.mod import fetch as f


def run():
    from app.mod import fetch

    return app.fetch(link=1), app.mod.fetch(link=2), m.fetch(link=3), get(link=4), f(link=5), fetch(link=6)
