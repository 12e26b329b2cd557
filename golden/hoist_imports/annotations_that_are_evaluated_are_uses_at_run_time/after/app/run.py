"""Run."""

import typing

from app.models import Model


def run(value):
    def inner(model: Model):
        return model

    return typing.get_type_hints(inner), value


def fields():
    class Form:
        model: Model

    return Form
