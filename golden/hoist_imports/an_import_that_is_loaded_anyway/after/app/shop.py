"""The shop."""

import os

from app.store import load, save


def sell(name):
    print(os.name)
    return save(load(name))
