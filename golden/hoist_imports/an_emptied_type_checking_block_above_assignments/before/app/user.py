import warnings
from typing import TYPE_CHECKING, Any

import app.home

if TYPE_CHECKING:
    from app.home import VALUE


LIMIT: Any = 3


def read() -> "VALUE":
    from app.home import VALUE

    warnings.warn(str(app.home.VALUE))
    return VALUE
