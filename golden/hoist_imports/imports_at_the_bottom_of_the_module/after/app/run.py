import app.tool
from app.tool import rest, work


def run():
    return work(rest)


VALUE = run()

from app.tool import work
