"""Paths."""

import os


def load():
    pass


def check(value):
    if value:
        pass
    return os.name
