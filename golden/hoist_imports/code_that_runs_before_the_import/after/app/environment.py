import os

import app.tool
from app.tool import work


def run():
    os.environ["MODE"] = "fast"
    from app.tool import work

    return work(app)


def ask():
    return work(os.environ.get("MODE"))
