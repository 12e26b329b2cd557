"""Run."""

import typing


def run(value):
    from app.models import Model

    def inner(model: Model):
        return model

    return typing.get_type_hints(inner), value


def fields():
    from app.models import Model

    class Form:
        model: Model

    return Form
