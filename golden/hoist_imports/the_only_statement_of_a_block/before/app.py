"""Paths."""

import os


def load():
    import os


def check(value):
    if value:
        import os
    return os.name
