"""Run."""

from typing import cast


def run(value):
    from app.models import Model

    model: Model = value
    other = cast("Model", value)
    return model, other
