import json
import warnings
from collections import OrderedDict
from json import dumps

_OLD = {"Decimal": "decimal.Decimal"}


def __getattr__(name):
    if name == "loads":
        warnings.warn("use json.loads", DeprecationWarning, stacklevel=2)
        return json.loads
    if name in _OLD:
        warnings.warn(f"use {_OLD[name]}", DeprecationWarning, stacklevel=2)
        module, _, attribute = _OLD[name].rpartition(".")
        return getattr(__import__(module), attribute)
    raise AttributeError(name)


def read(text):
    from json import loads

    return loads(text, object_pairs_hook=OrderedDict)


def exact(text):
    from decimal import Decimal

    return Decimal(text)


def write(value):
    return dumps(value)
