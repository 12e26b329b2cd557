"""Nothing to do."""

import os

if os.name == "nt":
    import msvcrt
else:
    msvcrt = None


class Imports:
    import json
