"""A tool."""

import os


def show(value):
    import json

    return json.dumps(value) + os.sep
