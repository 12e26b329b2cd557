"""Edits as line ranges of the original bytes: what isn't inside a splice cannot move.

A codemod that knows its sites from a survey parses only the top-level statements that it changes with libcst, and puts
their new code back in place of the old lines.
"""

from __future__ import annotations

import ast
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from refactorkit.nesting import is_too_deep, looks_too_deep

if TYPE_CHECKING:
    import libcst as cst

LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
BOM = b"\xef\xbb\xbf"


COSTLY = 4_000_000
"""Pairs of equal lines that are compared for the best match; ten thousand equal lines would take minutes."""
Opcode = tuple[str, int, int, int, int]
"""As in difflib: `equal`, `replace`, `delete` or `insert`, and the lines of both sides, from 0 and half open."""


def opcodes(before: Sequence[bytes], after: Sequence[bytes]) -> list[Opcode]:
    """What turns the lines `before` into those `after`, as small as can be had in a moment.

    Where equal lines are too many to find the best match, lines are compared in pairs, or matched by the rarer ones.
    """
    counts = Counter(after)
    cost = sum(number * counts[line] for line, number in Counter(before).items())
    if cost > COSTLY and len(before) == len(after):
        return [
            ("equal" if is_equal else "replace", group[0], group[-1] + 1, group[0], group[-1] + 1)
            for is_equal, indices in groupby(range(len(before)), lambda i: before[i] == after[i])
            if (group := list(indices))
        ]
    return [*SequenceMatcher(None, before, after, autojunk=cost > COSTLY).get_opcodes()]


class Splice(Struct, frozen=True):
    """The lines `first` to `last` (from 1) get new text; `last` = `first` - 1 inserts before `first`."""

    first: int
    last: int
    text: str


class Text:
    """A file's bytes as lines, counted as Python's tokenizer counts them: form feeds and the like end no line."""

    def __init__(self, data: bytes) -> None:
        self.encoding = tokenize.detect_encoding(BytesIO(data).readline)[0]
        self.bom = BOM if data.startswith(BOM) else b""
        body = data[len(self.bom) :]
        self.lines = body.splitlines(keepends=True)
        self.newline = self._newline()

    def _newline(self) -> str:
        first = self.lines[0] if self.lines else b"\n"
        for ending in ("\r\n", "\n", "\r"):
            if first.endswith(ending.encode()):
                return ending
        return "\n"

    def decode(self, data: bytes) -> str:
        """Bytes of this file as text, line ends kept."""
        return data.decode("utf-8" if self.encoding == "utf-8-sig" else self.encoding)

    def code(self, first: int, last: int) -> str:
        """The text of the lines `first` to `last`, line ends kept."""
        return self.decode(b"".join(self.lines[first - 1 : last]))

    def characters(self, line: int, column: int) -> int:
        """A column of a line in characters, from one in bytes of UTF-8, as `ast` counts."""
        return len(self.code(line, line).encode()[:column].decode("utf-8", "replace"))

    def parse(self, first: int, last: int) -> cst.Module:
        """The lines as a libcst module; they must hold whole top-level statements. RecursionError for a tower of code."""
        import libcst as cst

        raw = self.code(first, last).encode("utf-8", "surrogatepass")
        if looks_too_deep(raw) and is_too_deep(raw):
            raise RecursionError("nested too deeply to be parsed")
        return cst.parse_module(self.code(first, last), cst.PartialParserConfig(encoding="utf-8"))

    def blanks(self, line: int, step: int) -> int | None:
        """How many blank lines stand from `line` on, upwards (step -1) or down (1); None when only such ones do."""
        count = 0
        while 1 <= line <= len(self.lines):
            if self.lines[line - 1].strip():
                return count
            count += 1
            line += step
        return None

    def without(self, first: int, last: int) -> tuple[int, int]:
        """The lines to take out with `first` to `last`, so that no more blank lines meet than stood on one side."""
        above, below = self.blanks(first - 1, -1), self.blanks(last + 1, 1)
        if above is None:
            return 1, last + (below or 0)
        if below is None:
            return first - above, len(self.lines)
        return (first - above, last) if above <= below else (first, last + below)

    def apply(self, splices: Iterable[Splice]) -> bytes:
        """The whole file with the splices put in. They must not overlap; insertions at one place keep their order."""
        lines = list(self.lines)
        encoding = "utf-8" if self.encoding == "utf-8-sig" else self.encoding
        for splice in sorted(splices, key=lambda s: (s.first, s.last), reverse=True):
            text = splice.text
            if not any(line.endswith((b"\n", b"\r")) for line in lines[splice.first - 1 : splice.last]):
                text = text.replace(
                    "\n", self.newline
                )  # all of it is new: code that was there has its own line ends
            last = lines[splice.last - 1] if splice.first <= splice.last else b""
            if last.endswith(b"\r") and text and not text.endswith(("\n", "\r")):
                text += "\r"  # libcst takes a lone carriage return for no line end at the end of its input
            if splice.first > len(lines) and lines and not lines[-1].endswith((b"\n", b"\r")):
                lines[-1] += self.newline.encode()
            lines[splice.first - 1 : splice.last] = [text.encode(encoding)] if text else []
        return self.bom + b"".join(lines)


@lru_cache(64)
def text_of(data: bytes) -> Text:
    """The lines of a file's bytes, cut once. Nobody may change them."""
    return Text(data)


def span(statement: ast.stmt) -> tuple[int, int]:
    """The first line, decorators included, and the last line of a statement."""
    first = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", ()))])
    return first, statement.end_lineno or statement.lineno


def shares_lines(tree: ast.Module, statement: ast.stmt) -> bool:
    """Whether another top-level statement stands on one of this one's lines (`a = 1; b = 2`)."""
    first, last = span(statement)
    return any(
        other is not statement and span(other)[0] <= last and first <= span(other)[1] for other in tree.body
    )
