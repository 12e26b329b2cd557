import app.tool
from app.tool import rest, work


def make():
    # A comment about the work.

    return work(rest), app.tool
