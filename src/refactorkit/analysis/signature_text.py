"""Lists of arguments and parameters as text: where each begins and ends, and how one goes, comes or is renamed.

Between two neighbours stand only commas, brackets, comments and white space, so that the places of the syntax nodes tell
everything. Edits are ranges of characters of the file's text; no two of them overlap.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from msgspec import Struct

from refactorkit.splice import Text

LINE_END = re.compile(r"\r\n|\r|\n")
COMMENT = re.compile(r"#[^\r\n]*")
SPACE = re.compile(r"(?:[ \t\f\r\n]|\\(?:\r\n|\r|\n))*")


class Edit(Struct, frozen=True, order=True, array_like=True):
    """Characters from `start` to `end` of a file's text become `new`."""

    start: int
    end: int
    new: str


class NotEditable(Exception):
    """The list is written in a way that isn't edited; the message says how."""


class Sheet:
    """A file's text, and where lines begin in it."""

    def __init__(self, text: Text) -> None:
        self.code = text.code(1, len(text.lines))
        self._starts = [0, *(match.end() for match in LINE_END.finditer(self.code))]

    def at(self, line: int, column: int) -> int:
        """The place of a line (from 1) and a column (in bytes of UTF-8)."""
        start = self._starts[line - 1]
        if column == 0:
            return start
        end = self._starts[line] if line < len(self._starts) else len(self.code)
        code = self.code[start:end]
        return start + (column if code.isascii() else len(code.encode()[:column].decode()))

    def line(self, place: int) -> int:
        """The line (from 1) of a place."""
        return bisect_right(self._starts, place)

    def column(self, place: int) -> int:
        """The column (in characters) of a place."""
        return place - self._starts[self.line(place) - 1]

    def start(self, node: ast.AST) -> int:
        """Where a node begins."""
        return self.at(node.lineno, node.col_offset)  # type: ignore[attr-defined]

    def end(self, node: ast.AST) -> int:
        """Where a node ends."""
        return self.at(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]


class Item(Struct, frozen=True):
    """One of a list: from the comma before to its own comma (`first` to `last`), and its code without what surrounds it."""

    first: int
    start: int
    end: int
    last: int
    has_comma: bool


class Listing:
    """The items of a list between brackets, in the order of the text.

    `nodes` are their extents; `start` and `close` are the places behind the opening and before the closing bracket.
    Raises NotEditable.
    """

    def __init__(self, sheet: Sheet, nodes: Sequence[tuple[int, int]], start: int, close: int) -> None:
        self._sheet = sheet
        self.open, self.close = start, close
        self.items: list[Item] = []
        for number, (first, last) in enumerate(nodes):
            after = nodes[number + 1][0] if number + 1 < len(nodes) else close
            if first < start or last > close:
                raise NotEditable("a bare generator is its only argument")
            comma = self._comma(last, after)
            begin = self.items[-1].last if self.items else start
            begin = self._behind_commas(begin, first)
            stop = comma if comma is not None else after
            self.items.append(
                Item(begin, self._content(begin, first), self._content_end(last, stop), stop + 1 if comma is not None else stop, comma is not None)
            )  # fmt: skip

    def _gap(self, start: int, end: int) -> str:
        """The text between two places with its comments blanked out."""
        return COMMENT.sub(lambda match: " " * len(match[0]), self._sheet.code[start:end])

    def _comma(self, start: int, end: int) -> int | None:
        at = self._gap(start, end).find(",")
        return start + at if at >= 0 else None

    def _behind_commas(self, start: int, end: int) -> int:
        """Behind a marker (`/` or `*`) that stands between two parameters."""
        at = self._gap(start, end).rfind(",")
        return start + at + 1 if at >= 0 else start

    def _content(self, start: int, first: int) -> int:
        """Where the brackets around an item begin, or stars before it."""
        gap = self._gap(start, first)
        blank = len(gap) - len(gap.lstrip(" \t\f\r\n\\"))
        return start + blank

    def _content_end(self, last: int, stop: int) -> int:
        return last + len(self._gap(last, stop).rstrip(" \t\f\r\n\\"))

    def edits(
        self,
        gone: Iterable[int] = (),
        insert: Iterable[tuple[int, str]] = (),
        append: Sequence[str] = (),
        with_marker: Iterable[int] = (),
    ) -> list[Edit]:
        """The edits that take items out, put code before items, and append some.

        `with_marker` are items that go together with the `*` that stands before them.
        """
        out = sorted(gone)
        return [
            *self._removals(out, frozenset(with_marker)),
            *(self._insertion(index, code, index in out) for index, code in insert),
            *([self._addition(append, out)] if append else []),
        ]

    def _removals(self, gone: Sequence[int], with_marker: frozenset[int]) -> list[Edit]:
        for index in gone:
            self._check_comments(self.items[index])
        count = len(self.items)
        run = count  # where the items at the end begin that all go
        while run and run - 1 in gone:
            run -= 1
        edits = []
        if run < count and not self.items[-1].has_comma:
            start = self.items[run].first - (1 if run else 0)
            if run in with_marker:
                start = self.items[run - 1].last - 1 if run else self.open
            edits.append(Edit(start, self.items[-1].end, ""))
            gone = [index for index in gone if index < run]
        for index in gone:
            item = self.items[index]
            start, end = item.first, item.last
            if index in with_marker:
                start = self.items[index - 1].last if index else self.open
            if start == item.start:  # directly behind the bracket
                rest = self._sheet.code[end : self.close]
                end += len(rest) - len(rest.lstrip(" \t"))
            edits.append(Edit(start, end, ""))
        return edits

    def _check_comments(self, item: Item) -> None:
        code = self._sheet.code
        beside = code[item.first : item.start] + code[item.end : item.last]
        if COMMENT.search(beside) or code[item.last : self.close].lstrip(" \t").startswith("#"):
            raise NotEditable("a comment stands beside what would go")

    def _insertion(self, index: int, code: str, is_gone: bool) -> Edit:
        item = self.items[index]
        lead = self._sheet.code[item.first : item.start]
        if COMMENT.search(lead):
            if is_gone:
                raise NotEditable("a comment stands beside what would go")
            return Edit(item.start, item.start, f"{code}, ")
        return Edit(item.first, item.first, f"{lead}{code},{'' if lead or is_gone else ' '}")

    def _addition(self, codes: Sequence[str], gone: Sequence[int]) -> Edit:
        if len(gone) == len(self.items):
            at = self.items[-1].last if self.items else self.open
            return Edit(at, at, ", ".join(codes))
        item = self.items[-1]
        lead = self._sheet.code[item.first : item.start]
        glue = lead if SPACE.fullmatch(lead) and LINE_END.search(lead) else " "
        if item.has_comma:
            return Edit(item.last, item.last, "".join(f"{glue}{code}," for code in codes))
        return Edit(item.end, item.end, "".join(f",{glue}{code}" for code in codes))


def applied(code: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made. Several insertions at one place keep their order."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if edit.start < at:
            raise NotEditable("two edits meet")
        parts += [code[at : edit.start], edit.new]
        at = edit.end
    return "".join([*parts, code[at:]])
