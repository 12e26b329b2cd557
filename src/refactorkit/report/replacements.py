"""A file's change as replaced stretches of text, each by its place in the file before the change."""

from __future__ import annotations

import re
import tokenize
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from io import BytesIO

import msgspec

from refactorkit.model import Change

PYTHON = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
"""A line as Python counts them, and findings with it."""
GIT = re.compile(r"[^\n]*(?:\n|\Z)")
"""A line as git and the forges count them: a lone carriage return ends none."""


class Replacement(msgspec.Struct, frozen=True, kw_only=True):
    """The lines from `first` up to, but without, `end` (both from 1) hold `old`, which becomes `new`.

    Nothing is replaced when `end` is `first`: then `new` goes in front of that line.
    """

    first: int
    end: int
    old: str
    new: str


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """A replacement to the character: places as (line, column), both from 1, columns in UTF-16 code units."""

    start: tuple[int, int]
    end: tuple[int, int]
    new: str


def replacements(before: str, after: str, line: re.Pattern[str] = GIT) -> list[Replacement]:
    """The replaced lines, top down, with equal lines between any two of them."""
    old, new = _lines(before, line), _lines(after, line)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    matcher = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail])
    return [
        Replacement(
            first=head + i + 1, end=head + j + 1,
            old="".join(old[head + i : head + j]), new="".join(new[head + k : head + m]),
        )
        for tag, i, j, k, m in matcher.get_opcodes()
        if tag != "equal"
    ]  # fmt: skip


def stretches(before: str, after: str) -> Iterator[Stretch]:
    """The replaced stretches in a file whose lines are counted as Python does."""
    for replaced in replacements(before, after, PYTHON):
        old, new = replaced.old, replaced.new
        head = _common(old, new)
        while head and any(_is_inside_line_end(text, head) for text in (old, new)):
            head -= 1
        tail = _common(old[head:][::-1], new[head:][::-1])
        while tail and any(_is_inside_line_end(text, len(text) - tail) for text in (old, new)):
            tail -= 1
        yield Stretch(
            start=_place(replaced.first, old[:head]),
            end=_place(replaced.first, old[: len(old) - tail]),
            new=new[head : len(new) - tail],
        )


def _lines(text: str, line: re.Pattern[str]) -> list[str]:
    return [match.group() for match in line.finditer(text) if match.group()]


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many items both begin with."""
    number = 0
    for mine, yours in zip(one, other, strict=False):
        if mine != yours:
            break
        number += 1
    return number


def _is_inside_line_end(text: str, offset: int) -> bool:
    return text[offset - 1 : offset + 1] == "\r\n"


def _place(line: int, text: str) -> tuple[int, int]:
    """Where the text ends that begins with this line."""
    whole = _lines(text, PYTHON)
    rest = "" if not whole or whole[-1].endswith(("\r", "\n")) else whole.pop()
    return line + len(whole), units(rest) + 1


def units(text: str) -> int:
    """How many UTF-16 code units the text takes."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def encoding(change: Change) -> str | None:
    """The encoding of the file, by Python's rules for source files and UTF-8 for others; None if that can't be told."""
    data = change.before if change.before is not None else change.after
    if not change.path.endswith((".py", ".pyi")):
        return "utf-8"
    try:
        return tokenize.detect_encoding(BytesIO(data or b"").readline)[0]
    except SyntaxError:
        return None


def texts(change: Change, encoded: str | None) -> tuple[str, str] | None:
    """The file before and after the change, decoded; None if it isn't in that encoding or a byte would be lost."""
    found = []
    for data in (change.before or b"", change.after or b""):
        try:
            text = data.decode(encoded or "ascii")
            if data and text.encode(encoded or "ascii") != data:
                return None
        except (UnicodeError, LookupError):
            return None
        found.append(text)
    return found[0], found[1]
