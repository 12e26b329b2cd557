"""What app.orders shares with modules that it imports itself."""

import enum

from .words import OPEN


class State(enum.Enum):
    OPEN = OPEN
    PAID = 2
