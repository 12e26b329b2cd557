import os

import app.tool


def run():
    os.environ["MODE"] = "fast"
    from app.tool import work

    return work(app)


def ask():
    from app.tool import work

    return work(os.environ.get("MODE"))
