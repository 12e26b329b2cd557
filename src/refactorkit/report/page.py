"""Lines for a terminal or a file: wrapped with a hanging indent on a terminal, never wrapped or coloured elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Any

from msgspec import Struct
from rich.cells import cell_len

from refactorkit.visible import visible

GREEN, ORANGE, CYAN, RED = "color(28)", "color(130)", "color(30)", "color(167)"
"""Colours of medium luminance, so that each reads on a black and on a white background (contrast 3.6 and more)."""

NARROWEST = 30
"""Columns that a message needs beside its head; with less it starts on a line of its own."""

WIDEST = 32
"""Cells that a column has at most: one long name does not move all others."""

Part = str | tuple[str, str]
"""Text, or text with a style."""


class Plain(Struct, frozen=True):
    """Where lines go when nobody looks at a terminal: a file or a pipe. It loads nothing of what colours take."""

    file: IO[str] | Any
    width: int = 160
    is_terminal: bool = False


Console = Any
"""A rich console, or `Plain`: what has `is_terminal`, `width` and `file`."""


class Row(Struct, frozen=True):
    """One line of a table: the cells of its head, padded to columns, and a message that may be wrapped.

    A row whose head has fewer cells than others has its message right behind them. `right` says that the first cell is
    flush right, as numbers are.
    """

    head: tuple[Part, ...]
    message: str
    style: str = ""
    right: bool = False


def blank(console: Console) -> None:
    """An empty line."""
    line(console, [])


def line(console: Console, parts: Sequence[Part], is_data: bool = False) -> None:
    """Print one line, however long: a terminal folds it, and it can still be copied.

    What a terminal would obey is shown as escapes; in data, such as a diff that another program reads, only on one.
    """
    pairs = [(part, "") if isinstance(part, str) else part for part in parts]
    if console.is_terminal or not is_data:  # the tab is harmless, and needed to copy code
        pairs = [(visible(text, keep="\t" if is_data else ""), style) for text, style in pairs]
    if not console.is_terminal:
        console.file.write("".join(text for text, _ in pairs) + "\n")
        return
    from rich.segment import Segment, Segments
    from rich.style import Style

    segments = [Segment(text, Style.parse(style) if style else None) for text, style in pairs if text]
    console.print(Segments([*segments, Segment("\n")]), end="", soft_wrap=True)


def say(console: Console, text: str, indent: str = "", style: str = "") -> None:
    """Print a paragraph, wrapped at the width of a terminal."""
    for number, words in enumerate(wrapped(text, console.width - cell_len(indent), console.is_terminal)):
        line(console, [(" " * cell_len(indent) if number else indent), (words, style)])


def table(console: Console, rows: Sequence[Row], indent: str, widths: Sequence[int] = ()) -> None:
    """Print rows in columns, as wide as their cells or as `widths`. On a terminal, messages are wrapped below."""
    widths = widths or columns(rows)
    for row in rows:
        cells = [(c, max(w, _width(c)) if w else 0) for c, w in zip(row.head, widths, strict=False)]
        head = [_padded(cell, width, row.right and not c) for c, (cell, width) in enumerate(cells) if width]
        taken = len(indent) + sum(width + 2 for _, width in cells if width)
        if console.is_terminal and console.width - taken < min(NARROWEST, cell_len(row.message)):
            deeper = len(indent) + (widths[0] if row.right else 0) + 2
            line(console, _stripped([indent, *head]))
            _message(console, row, deeper, [" " * deeper])
        else:
            _message(console, row, taken, [indent, *head])


def columns(rows: Sequence[Row]) -> list[int]:
    """The width of each column of heads: that of the widest cell that is not too wide; 0 for an empty column."""
    count = max((len(row.head) for row in rows), default=0)
    cells = [[_width(row.head[c]) for row in rows if c < len(row.head)] for c in range(count)]
    return [max((width for width in column if width <= WIDEST), default=WIDEST) for column in cells]


def _message(console: Console, row: Row, indent: int, first: Sequence[Part]) -> None:
    before = first
    for words in wrapped(row.message, console.width - indent, console.is_terminal):
        line(console, [*before, (words, row.style)] if words else _stripped(before))
        before = [" " * indent]


def wrapped(text: str, width: int, wraps: bool = True) -> list[str]:
    """The text in lines of at most `width` cells; a longer word, such as a path, stays in one piece."""
    if not wraps or cell_len(text) <= width:
        return [text]
    lines: list[str] = []
    for word in text.split(" "):
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


def _width(cell: Part) -> int:
    return cell_len(cell if isinstance(cell, str) else cell[0])


def _padded(cell: Part, width: int, right: bool) -> Part:
    text, style = (cell, "") if isinstance(cell, str) else cell
    space = " " * (width - cell_len(text))
    return (space + text if right else text + space) + "  ", style


def _stripped(parts: Sequence[Part]) -> list[Part]:
    """The parts without blanks at their end."""
    kept = [(part, "") if isinstance(part, str) else part for part in parts]
    while kept and not kept[-1][0].strip():
        kept.pop()
    return [*kept[:-1], (kept[-1][0].rstrip(), kept[-1][1])] if kept else []
