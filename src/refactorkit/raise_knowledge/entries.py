"""The entries of the knowledge base, and the one that applies to a call.

An entry of `raises.toml`:

    [[entry]]
    callees = ["open", "io.open"]              # what it holds for
    parameters = ["file", "mode", "buffering"] # in order, where conditions or `calls` name them; `*rest` is all the rest
    python = ">=3.12"                          # or "<3.12"; without it, every version
    raises = ["OSError"]                       # when nothing below says otherwise
    returns = "io.TextIOWrapper"               # the exact type, where it is known
    partial = "why it isn't complete"          # without it, the entry is complete
    assumes = ["well-formed-path"]             # what else has to hold, see `Assumption`
    calls = ["key"]                            # parameters that it calls: what they raise comes on top
    provenance = "docs"                        # where it is known from
    cases = [{ when = { mode = "'rb'" }, raises = [], returns = "io.BufferedReader" }]    # the first that holds
    also = [{ unless = { mode = "absent|literal" }, raises = ["ValueError"] }]            # each, unless it holds

A condition is what is known of a parameter, alternatives between bars: `absent`, `literal`, `finite` (a float), `scalar`,
`container`, a literal in quotes or a number, or else a type. It holds only where that is certain, so what an entry says by default must be the most.
"""

from __future__ import annotations

import ast
import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files
from math import isfinite
from typing import Any

from msgspec import Struct, convert

from refactorkit.raise_knowledge.exceptions import normalised
from refactorkit.raise_knowledge.shapes import Argument, CallShape

FILES = ("raises.toml", "derived.toml")
"""The curated entries come first, and where they know a callee the derived ones aren't asked."""


class Assumption(StrEnum):
    """What has to hold for an entry, beside what holds for all (see `docs/reference/raises.md`)."""

    KEY_PROTOCOL = "key-protocol"
    """`__hash__` and `__eq__` of keys and of elements that are searched for raise nothing."""

    WELL_FORMED_PATH = "well-formed-path"
    """Paths hold no NUL character and can be encoded for the file system; otherwise it is a ValueError."""

    WORD_SIZED = "word-sized"
    """Integers that are counts, sizes, or converted to floats or text fit a machine word; otherwise it is an
    OverflowError, or above 4,300 digits a ValueError."""


class Known(Struct, frozen=True):
    """What one call can raise."""

    raises: tuple[str, ...]
    """Qualified, builtins bare: "ValueError", "json.JSONDecodeError"; sorted, superclasses not joined."""
    quality: str
    """`complete`: under the assumptions nothing else arrives; `partial`: these can, and maybe others."""
    provenance: str
    returns: str | None = None
    """The exact type of the result, where it is known."""
    calls: tuple[str, ...] = ()
    """The parameters given in this call that the callee calls: what those raise comes on top."""
    assumes: tuple[str, ...] = ()
    """Members of `Assumption`."""
    why_partial: str = ""


class Case(Struct, frozen=True, forbid_unknown_fields=True):
    """What holds under a condition; a field that is left out is as the entry says."""

    when: dict[str, str] = {}
    unless: dict[str, str] = {}
    raises: tuple[str, ...] | None = None
    returns: str | None = None
    partial: str | None = None
    assumes: tuple[str, ...] | None = None


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """One table of the file; see the module's docstring."""

    callees: tuple[str, ...]
    provenance: str
    parameters: tuple[str, ...] = ()
    python: str = ""
    raises: tuple[str, ...] = ()
    returns: str | None = None
    partial: str = ""
    assumes: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()
    also: tuple[Case, ...] = ()


def known(callee: str, shape: CallShape, python: tuple[int, int]) -> Known | None:
    """What a call of a builtin or of the standard library can raise in a version of Python; None when it isn't known.

    `callee` is qualified ("json.loads", "int", "dict.pop"); an operator is named by its receiver's type and its method
    ("dict.__getitem__", "str.__mod__").
    """
    for entry in _index().get(callee, ()):
        if _covers(entry.python, python):
            return _applied(entry, shape)
    return None


def callees() -> dict[str, tuple[Entry, ...]]:
    """Every callee that the knowledge base knows, with its entries."""
    return dict(_index())


def _applied(entry: Entry, shape: CallShape) -> Known:
    case = next((case for case in entry.cases if _holds(case.when, entry, shape)), Case())
    raises = set(entry.raises if case.raises is None else case.raises)
    partial = entry.partial if case.partial is None else case.partial
    assumes = set(entry.assumes if case.assumes is None else case.assumes)
    for extra in entry.also:
        if not (extra.unless and _holds(extra.unless, entry, shape)):
            raises |= set(extra.raises or ())
            assumes |= set(extra.assumes or ())
            partial = partial or extra.partial or ""
    return Known(
        raises=tuple(sorted(normalised(name) for name in raises)),
        quality="partial" if partial else "complete",
        provenance=entry.provenance,
        returns=case.returns or entry.returns,
        calls=tuple(name for name in entry.calls if _is_called(shape.arguments(name, entry.parameters))),
        assumes=tuple(sorted(assumes)),
        why_partial=partial,
    )


def _holds(conditions: dict[str, str], entry: Entry, shape: CallShape) -> bool:
    """Whether each condition is certain; one of several parameters must hold for every argument that it stands for."""
    return all(
        _is_met(text, shape.arguments(parameter, entry.parameters)) for parameter, text in conditions.items()
    )


def _is_met(text: str, arguments: tuple[Argument, ...]) -> bool:
    tests = text.split("|")
    if not arguments:
        return "absent" in tests
    return all(any(_passes(test, argument) for test in tests) for argument in arguments)


def _passes(test: str, argument: Argument) -> bool:
    match test:
        case "absent":
            return False
        case "literal":
            return argument.is_literal
        case "finite":
            return argument.is_literal and isinstance(argument.value, float) and isfinite(argument.value)
        case "None":
            return argument.kind() == "NoneType"
        case "scalar":
            return argument.is_scalar()
        case "container":
            return argument.is_container()
    if test[0] in "'\"-0123456789":
        return argument.is_literal and argument.value == ast.literal_eval(test)
    return argument.kind() == test


def _is_called(arguments: tuple[Argument, ...]) -> bool:
    return any(not (argument.is_literal and argument.value is None) for argument in arguments)


def _covers(range_: str, python: tuple[int, int]) -> bool:
    if not range_:
        return True
    major, _, minor = range_.lstrip("<>=").partition(".")
    bound = (int(major), int(minor))
    return python < bound if range_.startswith("<") else python >= bound


@cache
def _index() -> dict[str, tuple[Entry, ...]]:
    index: dict[str, tuple[Entry, ...]] = {}
    for name in FILES:
        found: dict[str, tuple[Entry, ...]] = {}
        for entry in _read(name):
            for callee in entry.callees:
                found[callee] = (*found.get(callee, ()), entry)
        index = found | index
    return index


def _read(name: str) -> tuple[Entry, ...]:
    path = files("refactorkit.raise_knowledge") / name
    if not path.is_file():
        return ()
    tables: Any = tomllib.loads(path.read_text("utf-8")).get("entry", [])
    return convert(tables, tuple[Entry, ...])
