import os


def make():
    import os

    return os.sep
