"""Run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import app.models

if TYPE_CHECKING:
    from app.models import Model

NAME = app.models.__name__


def run(value: Model) -> bool:
    from app.models import Model

    return isinstance(value, Model)
