import os


def make():
    return os.sep
