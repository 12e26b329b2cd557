"""Run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import app.models

if TYPE_CHECKING:
    from app.models import Model, Other


def run(value: Model) -> Other:
    from app.models import Model

    return app.models.Other() if isinstance(value, Model) else value
