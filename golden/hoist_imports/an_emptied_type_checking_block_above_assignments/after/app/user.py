import warnings
from typing import Any

import app.home
from app.home import VALUE

LIMIT: Any = 3


def read() -> "VALUE":
    warnings.warn(str(app.home.VALUE))
    return VALUE
