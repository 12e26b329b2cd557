"""The conditions of entries: what has to be known of an argument; each holds only where that is certain."""

from __future__ import annotations

import ast
import codecs
import re
import struct
import warnings
from collections.abc import Callable
from math import isfinite

from refactorkit.raise_knowledge.shapes import Argument, CallShape

MODES = frozenset(letter + rest for letter in "rwax" for rest in ("", "b", "t", "+", "b+", "+b", "t+", "+t"))
NEWLINES = (None, "", "\n", "\r", "\r\n")
CODECS = frozenset(
    {
        "utf-8",
        "utf8",
        "UTF-8",
        "utf_8",
        "utf-8-sig",
        "utf_8_sig",
        "ascii",
        "ASCII",
        "us-ascii",
        "latin-1",
        "latin1",
    }
    | {
        "latin_1",
        "iso-8859-1",
        "iso8859-1",
        "ISO-8859-1",
        "utf-16",
        "utf16",
        "utf-16-le",
        "utf-16le",
        "utf-16-be",
    }
    | {"utf-16be", "utf-32", "cp1252", "cp437", "UTF8", "utf_16_le", "utf_16_be"}
)
"""Encodings that every Python has, and that raise nothing but UnicodeDecodeError and UnicodeEncodeError."""
LENIENT = frozenset({"replace", "ignore", "backslashreplace"})
"""What to do about errors so that there are none."""
ERRORS = LENIENT | {"strict", "surrogateescape", "surrogatepass", "xmlcharrefreplace", "namereplace"}
DIRECTIVE = re.compile(r"%([^%])")
HOLDING = {"c": "adbHMSYeymp", "x": "mdyYbBe", "X": "HMSIp"}
"""Directives that stand for several, in whatever order a locale has them."""
SMALL = 1_000_000
"""No count, size or number of seconds up to here is too large for anything."""


def _is_pattern(argument: Argument) -> bool:
    if not isinstance(argument.value, str | bytes):
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            re.compile(argument.value)
        except (re.error, OverflowError, RecursionError):
            return False
    return True


def _is_format(argument: Argument) -> bool:
    if not isinstance(argument.value, str | bytes):
        return False
    try:
        struct.calcsize(argument.value)
    except (struct.error, ValueError):
        return False
    return True


def _is_encoding(argument: Argument) -> bool:
    if not isinstance(argument.value, str):
        return False
    try:
        return bool(codecs.lookup(argument.value)._is_text_encoding)
    except (LookupError, ValueError):
        return False


def _has_directives_once(argument: Argument) -> bool:
    """Whether a format for reading times is known and has none of its directives twice, also not inside another one."""
    if not isinstance(argument.value, str):
        return False
    found = [
        letter
        for directive in DIRECTIVE.findall(argument.value)
        for letter in HOLDING.get(directive, directive)
    ]
    return len(found) == len(set(found))


def _is_small(argument: Argument) -> bool:
    return isinstance(argument.value, int | float) and 0 <= argument.value <= SMALL


TESTS: dict[str, Callable[[Argument], bool]] = {
    "literal": lambda argument: argument.is_literal,
    "finite": lambda argument: isinstance(argument.value, float) and isfinite(argument.value),
    "scalar": lambda argument: argument.is_scalar(),
    "container": lambda argument: argument.is_container(),
    "None": lambda argument: argument.kind() == "NoneType",
    "codec": lambda argument: isinstance(argument.value, str) and argument.value in CODECS,
    "lenient": lambda argument: isinstance(argument.value, str) and argument.value in LENIENT,
    "errors": lambda argument: isinstance(argument.value, str) and argument.value in ERRORS,
    "mode": lambda argument: isinstance(argument.value, str) and argument.value in MODES,
    "newline": lambda argument: argument.is_literal and argument.value in NEWLINES,
    "encoding": _is_encoding,
    "pattern": _is_pattern,
    "format": _is_format,
    "small": _is_small,
    "directives": _has_directives_once,
    "filled": lambda argument: isinstance(argument.value, str) and bool(argument.value),
    "plain": lambda argument: isinstance(argument.value, str) and "\\" not in argument.value,
}


def holds(conditions: dict[str, str], shape: CallShape, parameters: tuple[str, ...]) -> bool:
    """Whether each condition is certain; one of several parameters must hold for every argument that it stands for."""
    return all(
        _is_met(text, shape.arguments(parameter, parameters)) for parameter, text in conditions.items()
    )


def _is_met(text: str, arguments: tuple[Argument, ...]) -> bool:
    tests = text.split("|")
    if not arguments:
        return "absent" in tests
    every = [one for argument in arguments for one in argument.alternatives()]
    return all(any(_passes(test, argument) for test in tests) for argument in every)


def _passes(test: str, argument: Argument) -> bool:
    if test in TESTS:
        return TESTS[test](argument)
    if test == "absent":
        return False
    if test[0] in "'\"-0123456789" or test[:2] in ("b'", 'b"') or test in ("True", "False"):
        return argument.is_literal and _same(argument.value, ast.literal_eval(test))
    return test in (argument.kind(), argument.type)


def _same(one: object, other: object) -> bool:
    """Equal, and of one type: `True` isn't `1`."""
    return type(one) is type(other) and one == other
