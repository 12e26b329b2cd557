"""Run."""

from __future__ import annotations

import app.models
from app.models import Model

NAME = app.models.__name__


def run(value: Model) -> bool:
    return isinstance(value, Model)
