import os
import sys


def show():
    return os.name, sys.path
