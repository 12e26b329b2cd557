"""Run by an interpreter that has some packages: their exception types with all superclasses, and what functions raise.

`package_probe.py types ROOT...` writes [[type, [superclass, ...]], ...]; `package_probe.py calls FILE` reads
[[module, function, [[parameter type, is optional], ...]], ...] and writes [[module, function, [[type, ...], ...]], ...]: each
type that arrived with its superclasses. Both as JSON.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import random
import sys
import warnings
from pathlib import Path
from typing import Any

CALLS = 200
TEXTS = [
    "",
    "a",
    "-1",
    "1.5",
    "é",
    "\ud800",
    "a b",
    "{",
    "%s",
    "\\",
    "a\nb",
    "1,2",
    "::1",
    "127.0.0.1",
    "(",
    "&#123;",
    "%41%",
]
TEXTS += [
    "\x1b[31m",
    "2024-01-01",
    "3.11",
    ">=3.8,<4",
    "http://u:p@h:1/x?y=z",
    "x" * 50,
    "http://[",
    "é.com",
    "xn--a",
]
VALUES: dict[str, list[Any]] = {
    "str": TEXTS,
    "int": [0, 1, -1, 7, 31, 64, 255, 256, 1114111, 1114112, 2**31, 2**63, -(2**63), 2**64],
    "bytes": [b"", b"a", b"\xff\xfe", b"abc\x00", b"a: b", bytes(range(256))],
    "bool": [True, False],
    "float": [0.0, 1.0, -1.0, 0.5, 1e308, float("inf"), float("nan")],
}


def lineage(cls: type) -> list[str]:
    """The class and its superclasses, qualified."""
    return [f"{c.__module__}.{c.__qualname__}" for c in cls.__mro__]


def types(roots: list[str]) -> list[list[object]]:
    """The exception types that the modules of some packages define."""
    found: dict[str, list[str]] = {}
    for root in roots:
        top = importlib.import_module(root)
        for name in [
            root,
            *(m.name for m in pkgutil.walk_packages(top.__path__, f"{root}.") if "__main__" not in m.name),
        ]:
            try:
                module = importlib.import_module(name)
            except (ImportError, AssertionError):  # it is for another system, or for what isn't installed
                continue
            for value in vars(module).values():
                if (
                    isinstance(value, type)
                    and issubclass(value, BaseException)
                    and value.__module__.split(".")[0] in roots
                ):
                    found[f"{value.__module__}.{value.__qualname__}"] = lineage(value)
    return [[name, mro] for name, mro in sorted(found.items())]


def calls(wanted: list[list[Any]]) -> list[list[object]]:
    """What some functions raise for random arguments of their parameters' types."""
    dice = random.Random(7)
    made = []
    for module, name, parameters in wanted:
        function = getattr(importlib.import_module(str(module)), str(name))
        arrived = {}
        for _ in range(CALLS):
            given: list[Any] = []
            for kind, is_optional in parameters:
                if kind not in VALUES or (is_optional and dice.random() < 0.5):
                    break
                given.append(dice.choice(VALUES[kind]))
            try:
                function(*given)
            except Exception as error:  # noqa: BLE001  (which ones arrive is what is asked)
                arrived[type(error)] = lineage(type(error))
        made.append([module, name, list(arrived.values())])
    return made


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    asked, *rest = sys.argv[1:]
    print(
        json.dumps(types(rest) if asked == "types" else calls(json.loads(Path(rest[0]).read_text("utf-8"))))
    )
