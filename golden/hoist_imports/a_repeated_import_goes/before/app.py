"""Paths."""

import os
from pathlib import Path


def here():
    import os
    from pathlib import Path

    return Path(os.getcwd())


def there():
    from pathlib import Path as P

    return P("/")
