"""The entries of the knowledge base, and the one that applies to a call.

An entry of `raises.toml`:

    [[entry]]
    callees = ["open", "io.open"]              # what it holds for
    parameters = ["file", "mode", "buffering"] # in order, where conditions or `calls` name them; `*rest` is all the rest
    python = ">=3.12"                          # or "<3.12"; without it, every version
    raises = ["OSError"]                       # when nothing below says otherwise
    returns = "io.TextIOWrapper"               # the exact type, where it is known
    partial = "why it isn't complete"          # without it, the entry is complete
    assumes = ["well-formed-name"]             # what else has to hold, see `Assumption`
    calls = ["key"]                            # parameters that it calls: what they raise comes on top
    provenance = "docs"                        # where it is known from
    cases = [{ when = { mode = "'rb'" }, raises = [], returns = "io.BufferedReader" }]    # the first that holds
    also = [{ unless = { mode = "absent|literal" }, raises = ["ValueError"] }]            # each, unless it holds

A condition is what is known of a parameter, alternatives between bars: `absent`, one of `TESTS`, a literal
(in quotes, a number, True, False), or else a type. It holds only where that is certain, so what an entry says by default must be the most.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from enum import StrEnum
from functools import cache, reduce
from importlib.resources import files

from msgspec import Struct, convert, structs

from refactorkit.raise_knowledge.conditions import holds
from refactorkit.raise_knowledge.exceptions import is_plain, normalised
from refactorkit.raise_knowledge.shapes import Argument, CallShape
from refactorkit.raise_knowledge.types import returned

FILES = ("raises.toml", "derived.toml")
"""The curated entries come first, and where they know a callee the derived ones aren't asked."""


ANY_FILE = "file"
"""The class of what `open` returns when the mode isn't known: text or bytes."""
ANY_STREAM = "stream"
"""The class of what is only annotated as a file (`typing.IO`): any class may implement it."""
REMOVED = frozenset(
    {"asynchat", "asyncore", "distutils", "imp", "smtpd", "binhex", "formatter", "parser", "symbol"}
)
"""Modules that older versions had; importing them is an ImportError now."""


class Assumption(StrEnum):
    """What has to hold for an entry, beside what holds for all (see `docs/raises.md`)."""

    KEY_PROTOCOL = "key-protocol"
    """`__hash__`, `__eq__` and `__index__` of keys, indexes and elements that are searched for raise nothing."""

    WELL_FORMED_NAME = "well-formed-name"
    """Paths, commands, environment variables, hosts and names of encodings hold no NUL character and can be encoded for
    the system, and `__fspath__` raises nothing; otherwise it is a ValueError. A command has at least one word; otherwise
    it is an IndexError."""

    OPEN_FILE = "open-file"
    """A file that is entered or closed was not taken apart before, with `detach` or by closing what is below it;
    otherwise it is a ValueError."""

    INTACT_INSTALLATION = "intact-installation"
    """A module of the standard library is missing, or it can be imported; distributions are found by Python's own finders,
    and what is installed of them can be read."""

    WORD_SIZED = "word-sized"
    """Integers that are counts, sizes, descriptors, ports, or converted to floats or text fit the type of C that they
    become; otherwise it is an OverflowError, or above 4,300 digits a ValueError."""


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


class File(Struct, frozen=True, forbid_unknown_fields=True):
    """What one file holds."""

    entry: tuple[Entry, ...] = ()
    aliases: dict[str, str] = {}
    inherits: dict[str, str] = {}


class Tables(Struct, frozen=True):
    """What all files hold, by callee."""

    entries: dict[str, tuple[Entry, ...]]
    aliases: dict[str, str]
    inherits: dict[str, str]


def known(callee: str, shape: CallShape, python: tuple[int, int]) -> Known | None:
    """What a call of a builtin or of the standard library can raise, in a version of Python or a newer one; None when it
    isn't known.

    `callee` is qualified ("json.loads", "int", "dict.pop"); an operator is named by its receiver's type and its method
    ("dict.__getitem__", "str.__mod__"), and "import:json" is the import of a module or of names from it.
    """
    if callee.startswith("import:"):
        return _imported(callee.removeprefix("import:"))
    tables = _tables()
    for name in _names(canonical(callee), tables.inherits):
        found = [
            _applied(e, shape, python) for e in tables.entries.get(name, ()) if _counts(e.python, python)
        ]
        if found:
            answer = reduce(_either, found)
            answer = structs.replace(answer, returns=answer.returns or returned(name))
            return _of_file(answer, callee_class(callee))
    name = normalised(canonical(callee), python)
    if is_plain(name):
        return Known((), "complete", "Objects/exceptions.c: the constructor", returns=name)
    return None


def returns(callee: str) -> str | None:
    """The exact type of what a callee of the standard library returns, also where it isn't known what it raises."""
    names = _names(canonical(callee), _tables().inherits)
    return next((found for name in names if (found := returned(name))), None)


def canonical(callee: str) -> str:
    """The name under which the knowledge base has a callee: "os.path.join" for `posixpath.join`."""
    aliases = _tables().aliases
    prefix, rest = callee, ""
    while prefix:
        if prefix in aliases:
            return ".".join(filter(None, (aliases[prefix], rest)))
        prefix, _, last = prefix.rpartition(".")
        rest = f"{last}.{rest}" if rest else last
    return callee


def callees() -> dict[str, tuple[Entry, ...]]:
    """Every callee that the knowledge base knows, with its entries."""
    return dict(_tables().entries)


@cache
def owners() -> frozenset[str]:
    """What the knowledge base has members of: classes, and modules that are packages."""
    return frozenset(callee_class(callee) for callee in _tables().entries)


@cache
def curated() -> frozenset[str]:
    """The callees of `raises.toml`."""
    return frozenset(callee for entry in _read(FILES[0]).entry for callee in entry.callees)


def callee_class(callee: str) -> str:
    """The class of a method, "" of a function."""
    return canonical(callee).rpartition(".")[0]


def _names(callee: str, inherits: dict[str, str]) -> Iterator[str]:
    """A method as its class has it, then as the classes above have it."""
    yield callee
    class_, _, method = callee.rpartition(".")
    while class_ in inherits:
        class_ = inherits[class_]
        yield f"{class_}.{method}"


def _imported(module: str) -> Known | None:
    """Importing a module of the standard library: it may be missing on a platform, or names in it."""
    if module.partition(".")[0] not in sys.stdlib_module_names | REMOVED:
        return None
    assumed = (Assumption.INTACT_INSTALLATION,)
    return Known(("ImportError",), "complete", "docs; tried: every module of it", assumes=assumed)


def _of_file(answer: Known, class_: str) -> Known:
    """What is left of an answer for a file whose class is open."""
    if class_ == ANY_FILE:
        return structs.replace(answer, returns=None)
    if class_ == ANY_STREAM:
        return structs.replace(
            answer, returns=None, quality="partial", why_partial="any class may implement it"
        )
    return answer


def _applied(entry: Entry, shape: CallShape, python: tuple[int, int]) -> Known:
    case = next((case for case in entry.cases if holds(case.when, shape, entry.parameters)), Case())
    raises = set(entry.raises if case.raises is None else case.raises)
    partial = entry.partial if case.partial is None else case.partial
    assumes = set(entry.assumes if case.assumes is None else case.assumes)
    for extra in entry.also:
        if not (extra.unless and holds(extra.unless, shape, entry.parameters)):
            raises |= set(extra.raises or ())
            assumes |= set(extra.assumes or ())
            partial = partial or extra.partial or ""
    return Known(
        raises=tuple(sorted(normalised(name, python) for name in raises)),
        quality="partial" if partial else "complete",
        provenance=entry.provenance,
        returns=case.returns or entry.returns,
        calls=tuple(name for name in entry.calls if _is_called(shape.arguments(name, entry.parameters))),
        assumes=tuple(sorted(assumes)),
        why_partial=partial,
    )


def _is_called(arguments: tuple[Argument, ...]) -> bool:
    return any(not (argument.is_literal and argument.value is None) for argument in arguments)


def _counts(range_: str, oldest: tuple[int, int]) -> bool:
    """Whether an entry is for a version of Python, or for a newer one."""
    if not range_.startswith("<"):
        return True
    major, _, minor = range_.lstrip("<").partition(".")
    return oldest < (int(major), int(minor))


def _either(one: Known, other: Known) -> Known:
    """What one of two versions says."""
    return structs.replace(
        one,
        raises=tuple(sorted({*one.raises, *other.raises})),
        quality=max(one.quality, other.quality),  # "partial" comes after "complete"
        returns=one.returns if one.returns == other.returns else None,
        calls=tuple(dict.fromkeys((*one.calls, *other.calls))),
        assumes=tuple(sorted({*one.assumes, *other.assumes})),
        why_partial=one.why_partial or other.why_partial,
    )


@cache
def _tables() -> Tables:
    entries: dict[str, tuple[Entry, ...]] = {}
    aliases: dict[str, str] = {}
    inherits: dict[str, str] = {}
    for name in FILES:
        tables = _read(name)
        found: dict[str, tuple[Entry, ...]] = {}
        for entry in tables.entry:
            for callee in entry.callees:
                found[callee] = (*found.get(callee, ()), entry)
        entries = found | entries
        aliases |= tables.aliases
        inherits |= tables.inherits
    return Tables(entries, aliases, inherits)


def _read(name: str) -> File:
    path = files("refactorkit.raise_knowledge") / name
    if not path.is_file():
        return File()
    return convert(tomllib.loads(path.read_text("utf-8")), File)
