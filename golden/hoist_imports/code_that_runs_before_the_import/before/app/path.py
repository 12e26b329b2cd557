import os
import sys

sys.path.insert(0, os.getcwd())

import app.tool


def run():
    from app.tool import work

    return work(app)
