import os
import sys as platform


def run():
    import platform

    return platform, os
