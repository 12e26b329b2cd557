import sys


def version():
    import sys

    return sys.version
