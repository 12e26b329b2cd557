"""Throws bad input at callees and writes down which exceptions arrive; runs in any Python, without the product.

Reads callees from standard input, one a line ("str.split", "json.loads"), and writes one JSON line for each kind of
exception seen: callee, the arguments as [type, repr], and the names of the exception and its superclasses.
"""

from __future__ import annotations

import collections
import datetime
import fractions
import importlib
import io
import json
import os
import random
import re
import resource
import sys
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

CALLS = 120
"""With random arguments, for each callee."""
MEMORY = 1 << 30
TEXTS = [
    "",
    "a",
    "0",
    "-1",
    "1e400",
    "nan",
    "0x1f",
    "[1",
    '{"a": 1}',
    "9" * 5000,
    "\ud800",
    "a\0b",
    "ä€",
    "(",
    "\\",
    "a*",
]
TEXTS += [
    "[a-",
    "http://[",
    "::1",
    "1.2.3.4/99",
    "2024-02-30",
    "%d",
    "%d%d",
    "{x}",
    "%(a)s",
    "utf-8",
    "base64",
    "no-codec",
    "r",
    "wb",
]
TEXTS += [
    "=",
    "YQ=",
    "'",
    "~nobody/x",
    "..",
    "/",
    "file",
    "folder",
    "gone",
    "x = [",
    "<a>",
    "</a>",
    "é" * 3,
    "(?P<n>a)",
    "strict",
]
TEXTS += [
    "a{99999999999}",
    "NFC",
    "12345678123456781234567812345678",
    "1/0",
    "1_0",
    "i",
    "100i",
    "<q",
    "/x",
    "\\g<1>",
    "\\9",
]
BYTES = [text.encode("utf-8", "replace") for text in TEXTS] + [
    b"\xff\xfe",
    b"\xd8\x00",
    b"\x1f\x8b",
    b"BZh9",
    b"x\x9c",
]
INTEGERS = [
    0,
    1,
    -1,
    2,
    10,
    255,
    256,
    1114112,
    55296,
    -(2**31),
    2**31,
    2**62,
    2**63,
    -(2**63) - 1,
    2**1024,
    10**5000,
]
FLOATS = [0.0, -0.0, 1.5, -2.5, 1e308, -1e-308, float("inf"), float("-inf"), float("nan"), 1e20]
HEAVY = {
    "math.factorial",
    "math.comb",
    "math.perm",
    "pow",
    "int.__pow__",
    "float.__pow__",
    "math.isqrt",
    "list.__mul__",
}
HEAVY |= {
    "tuple.__mul__",
    "str.__mul__",
    "str.__rmul__",
    "bytes.__mul__",
    "math.ldexp",
    "decimal.Decimal.quantize",
    "range",
}
TODAY = datetime.date(2024, 2, 29)
POOLS: dict[str, Callable[[], list[Any]]] = {
    "str": lambda: TEXTS,
    "bytes": lambda: BYTES,
    "int": lambda: INTEGERS,
    "float": lambda: FLOATS,
    "bool": lambda: [True, False],
    "NoneType": lambda: [None],
    "slice": lambda: [slice(None), slice(5, 1, -1), slice(2**70)],
    "list": lambda: [[], [1, 2], ["a", None], [(1, 2)], [[1]]],
    "tuple": lambda: [(), (1, 2), ("a", "b", "c"), ([],)],
    "dict": lambda: [{}, {"a": 1}, {1: 2, None: "x"}],
    "set": lambda: [set(), {1}, {"a", None}],
    "frozenset": lambda: [frozenset(), frozenset({1})],
    "range": lambda: [range(0), range(5), range(5, 0, -2)],
    "bytearray": lambda: [bytearray(b""), bytearray(b"\xffab")],
    "collections.deque": lambda: [collections.deque(), collections.deque([1, 2]), collections.deque([1], 1)],
    "collections.OrderedDict": lambda: [collections.OrderedDict(), collections.OrderedDict(a=1)],
    "datetime.date": lambda: [TODAY, datetime.date.min, datetime.date.max],
    "datetime.timedelta": lambda: [datetime.timedelta(), datetime.timedelta.min, datetime.timedelta.max],
    "uuid.UUID": lambda: [uuid.UUID(int=0)],
    "fractions.Fraction": lambda: [fractions.Fraction(1, 3)],
    "pathlib.Path": lambda: [Path("file"), Path("folder"), Path("gone"), Path("loop"), Path("binary")],
    "re.Pattern": lambda: [re.compile("a(b)?"), re.compile("")],
    "re.Match": lambda: [re.match("a(b)?", "a"), re.match("", "")],
    "io.TextIOWrapper": lambda: [open_("file"), open_("binary"), open_("out", "w"), shut(open_("file"))],
    "io.BufferedReader": lambda: [open_("file", "rb"), shut(open_("file", "rb"))],
    "io.BufferedWriter": lambda: [open_("out", "wb"), shut(open_("out", "wb"))],
    "io.BytesIO": lambda: [io.BytesIO(b"ab"), shut(io.BytesIO())],
    "io.StringIO": lambda: [io.StringIO("ab"), shut(io.StringIO())],
}


def open_(name: str, mode: str = "r") -> Any:
    """The file, to be closed by the interpreter."""
    return open(name, mode)


def shut(stream: Any) -> Any:
    """The stream, closed."""
    stream.close()
    return stream


def probed(callee: str, pick: random.Random) -> Iterator[list[object]]:
    """What arrives when one callee is called with random arguments, each kind of it once."""
    class_, _, method = callee.rpartition(".")
    seen = set()
    for _ in range(CALLS):
        receiver = pick.choice(POOLS[class_]()) if class_ in POOLS else None
        call = getattr(receiver, method) if class_ in POOLS else found(callee)
        kinds = [pick.choice(list(POOLS)) for _ in range(pick.choice((0, 1, 1, 1, 2, 2, 3)))]
        kinds = [
            kind if pick.random() < 0.6 else pick.choice(("str", "int", "bytes", "float")) for kind in kinds
        ]
        values = [pick.choice(POOLS[kind]()) for kind in kinds]
        if callee in HEAVY:
            values = [
                min(value, 99) if kind == "int" else value for kind, value in zip(kinds, values, strict=True)
            ]
        shown = [[kind, written(value)] for kind, value in zip(kinds, values, strict=True)]
        try:
            call(*values)
        except BaseException as error:  # noqa: BLE001  (which ones arrive is what is asked)
            names = [
                f"{one.__module__}.{one.__qualname__}".removeprefix("builtins.")
                for one in type(error).__mro__
            ]
            key = (tuple(kinds), names[0])
            if key not in seen:
                seen.add(key)
                yield [callee, shown, names, shown_receiver(receiver)]


def shown_receiver(receiver: object) -> str:
    """What the method is called on, for people; of a stream, whether it is closed."""
    return ("closed " if getattr(receiver, "closed", False) is True else "") + (
        written(receiver) or repr(receiver)
    )[:60]


def written(value: object) -> str:
    """A literal for the value, where there is one; a number of any size is one."""
    if type(value) is int:
        return hex(value)
    return repr(value) if type(value).__name__ in LITERALS else ""


LITERALS = ("str", "bytes", "bool", "NoneType")


def found(callee: str) -> Any:
    """The function of that name."""
    module, _, name = callee.rpartition(".")
    if not module:
        return getattr(importlib.import_module("builtins"), name)
    try:
        return getattr(importlib.import_module(module), name)
    except ImportError:
        return getattr(found(module), name)


def main() -> None:
    """Probe each callee in a folder of its own, with little memory."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("ignore")
    names = sys.stdin.read().split()
    output = os.fdopen(os.dup(1), "w")  # some callees close what has the number that they get
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        Path("file").write_text("text\n")
        Path("binary").write_bytes(b"\xff\xfe\x80\n")
        Path("folder").mkdir()
        Path("loop").symlink_to("loop")
        for name in names:
            try:
                found(name)
            except (AttributeError, ImportError):  # another version has it
                continue
            for line in probed(name, random.Random(name)):
                print(json.dumps(line), file=output)
        os.chdir("/")
    output.close()


if __name__ == "__main__":
    main()
