import sys

if sys.platform == "win32":
    LaxUrl = str
