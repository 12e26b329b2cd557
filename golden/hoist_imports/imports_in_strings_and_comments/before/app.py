"""Text.

    from app.tool import work
"""


def make():
    # from app.tool import work
    return "import os"
