"""A tool."""

import sys


def plain(value):
    try:
        import simplejson as json
    except ImportError:
        import json

    return json.dumps(value)


def picture(value):
    import PIL.Image

    return PIL.Image.open(value)


def wait():
    if sys.platform == "win32":
        import msvcrt

        return msvcrt.getch()
    return None
