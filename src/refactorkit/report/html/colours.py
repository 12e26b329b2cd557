"""Python source in colours: for each line its text as it may be shown, and which kind of token stands where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from msgspec import Struct
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Literal, Name, Number, Operator, String

from refactorkit.visible import OBEYED, visible

LARGEST = 2_000_000
"""Characters of the largest file whose tokens are told apart; Pygments takes about a second for them."""

KINDS: Sequence[tuple[Any, str]] = (
    (Keyword.Constant, "n"),
    (Keyword, "k"),
    (Operator.Word, "k"),
    (String, "s"),
    (Number, "n"),
    (Literal, "s"),
    (Comment, "c"),
    (Name.Decorator, "d"),
    (Name.Function, "f"),
    (Name.Class, "f"),
    (Name.Builtin, "b"),
    (Name.Exception, "b"),
)
"""The kinds of tokens that have a colour, one letter each: a class of the style sheet. The first that matches counts."""
PLAIN = "t"
ESCAPED = "e"
"""What stands for a character that can't be shown as it is."""
STRING = re.compile(
    r"""#[^\n]*|(\"{3}|'{3})(?:\\.|(?!\1).)*(?:\1|\Z)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?""", re.DOTALL
)
"""A comment or a string; its first group are the quotes of one that may go over several lines."""


class Line(Struct, frozen=True, array_like=True):
    """A line: its text, and its runs of tokens as letters with lengths in UTF-16 units, such as `k3t1f4`."""

    text: str
    runs: str


class Coloured:
    """A file whose lines can be asked for, in ranges: only those are told apart into tokens, which takes its time."""

    def __init__(self, lines: Sequence[str], is_python: bool) -> None:
        self._lines = lines
        text = "\n".join(lines)
        self._is_python = is_python and len(text) <= LARGEST
        self._strings = _long_strings(text) if self._is_python else []

    def __call__(self, first: int, last: int) -> list[Line]:
        """The lines from index `first` up to, and without, `last`."""
        if not self._is_python:
            return [_line([(PLAIN, line)]) for line in self._lines[first:last]]
        start = next((a for a, b in self._strings if a < first <= b), first)
        made: list[Line] = []
        parts: list[tuple[str, str]] = []
        for kind, value in _tokens("\n".join(self._lines[start:last])):
            head, *rest = value.split("\n")
            parts.append((kind, head))
            for piece in rest:
                made.append(_line(parts))
                parts = [(kind, piece)]
        return [*made, _line(parts)][first - start : last - start]


def _long_strings(text: str) -> list[tuple[int, int]]:
    """The indices of the first and last line of each string that goes over several lines."""
    found = []
    line, at = 0, 0
    for match in STRING.finditer(text):
        if match[1] and "\n" in match[0]:
            line += text.count("\n", at, match.start())
            first = line
            line += match[0].count("\n")
            at = match.end()
            found.append((first, line))
    return found


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Kinds and values; Pygments' own way in would strip and normalise the text."""
    for _, token, value in PythonLexer().get_tokens_unprocessed(text):
        yield _kind(token), value


@cache
def _kind(token: Any) -> str:
    return next((kind for known, kind in KINDS if token in known), PLAIN)


def _line(parts: Sequence[tuple[str, str]]) -> Line:
    text, runs = [], []
    last, length = "", 0
    for kind, value in _with_escapes(parts):
        if not value:
            continue
        text.append(value)
        if kind != last and last:
            runs.append(f"{last}{length}")
            length = 0
        last = kind
        length += len(value.encode("utf-16-le", "surrogatepass")) // 2
    if last:
        runs.append(f"{last}{length}")
    return Line("".join(text), "".join(runs))


def _with_escapes(parts: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for kind, value in parts:
        if value.isprintable():
            yield kind, value
            continue
        at = 0
        for match in OBEYED.finditer(value):
            if match[0] != "\t":
                yield kind, value[at : match.start()]
                yield ESCAPED, visible(match[0])
                at = match.end()
        yield kind, value[at:]
