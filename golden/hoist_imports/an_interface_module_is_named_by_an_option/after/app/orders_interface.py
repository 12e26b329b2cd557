"""What app.orders shares with modules that it imports itself."""

import enum


class State(enum.Enum):
    OPEN = 1
    PAID = 2
