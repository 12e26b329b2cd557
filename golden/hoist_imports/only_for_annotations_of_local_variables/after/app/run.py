"""Run."""

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from app.models import Model


def run(value):
    model: Model = value
    other = cast("Model", value)
    return model, other
