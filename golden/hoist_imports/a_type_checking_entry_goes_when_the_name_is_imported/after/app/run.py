"""Run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import app.models
from app.models import Model

if TYPE_CHECKING:
    from app.models import Other


def run(value: Model) -> Other:
    return app.models.Other() if isinstance(value, Model) else value
