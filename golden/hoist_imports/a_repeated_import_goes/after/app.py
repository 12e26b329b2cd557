"""Paths."""

import os
from pathlib import Path
from pathlib import Path as P


def here():
    return Path(os.getcwd())


def there():
    return P("/")
