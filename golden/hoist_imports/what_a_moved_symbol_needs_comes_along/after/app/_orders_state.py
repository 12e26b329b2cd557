"""What app.orders shares with modules that it imports itself."""

from __future__ import annotations

import enum
import json  # the standard one
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST = 1
"""The number of the first state."""


# What the customer sees.
@dataclass
class Label:
    """A text."""

    text: str  # never empty
    others: Sequence[Label] = ()


# How far an order has come.
class State(enum.Enum):
    OPEN = FIRST
    PAID = 2

    def label(self) -> Label:
        return Label(json.dumps(self.name))
        # the end of it


State.shown = True
