"""The result of a check for people and for programs."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self, TextIO

import msgspec
from rich.console import Console
from rich.status import Status
from rich.table import Table

from refactorkit.stored_data import Fixed, StoredData
from refactorkit.stored_data.spool import Misfit, Spool

SCHEMA = "refactorkit/stored-data/1"
SHOWN = 100  # characters of a value in the text output; JSON has all of it
PATIENCE = 0.5  # seconds without a word


def write_json(result: StoredData, out: TextIO, fixed: Fixed | None = None) -> None:
    """One object, written piece by piece: the lists can be longer than memory."""
    head = {
        "schema": SCHEMA,
        "database": result.database,
        "table": result.table,
        "type": result.type,
        "key": result.key,
        "rows": result.rows,
        "notes": result.notes,
        "columns": [msgspec.to_builtins(count) for count in result.columns],
    }
    out.write(json.dumps(head)[:-1])
    for name, misfits in (("rejected", result.rejected), ("normalised", result.normalised)):
        out.write(f', "{name}": ')
        _write_list(misfits, out)
    if fixed is not None:
        out.write(f', "fixed": {{"written": {fixed.written}, "left": ')
        _write_list(fixed.left, out)
        out.write("}")
    out.write("}\n")


def _write_list(misfits: Spool, out: TextIO) -> None:
    out.write("[")
    for place, misfit in enumerate(misfits):
        out.writelines((",\n " if place else "\n ", json.dumps(msgspec.to_builtins(misfit))))
    out.write("]")


def write_text(result: StoredData, out: TextIO, *, limit: int) -> None:
    """At most `limit` rows of each kind, then one line of counts for each column."""
    _write_misfits(result, result.rejected, f"Rejected by {result.type}", "why", out, limit)
    _write_misfits(result, result.normalised, f"Normalised by {result.type}", "becomes", out, limit)
    out.writelines(f"note: {note}\n" for note in result.notes)
    for count in result.columns:
        values = "1 value" if count.values == 1 else f"{count.values} values"
        out.write(
            f"{result.table}.{count.column}: {values}, {count.rejected} rejected, "
            f"{count.normalised} normalised, {count.null} null\n"
        )


def write_fixed(result: StoredData, fixed: Fixed, out: TextIO, *, limit: int) -> None:
    """What `--fix` left, at most `limit` rows of it, then one line of counts."""
    if len(fixed.left):
        out.write("\n")
    _write_misfits(
        result, fixed.left, "Left, because they changed after they were checked", "would become", out, limit
    )
    written = "1 value" if fixed.written == 1 else f"{fixed.written} values"
    changed = len(fixed.left)
    left = f", {changed} changed meanwhile and left: run again" if changed else ""
    unsure = len(result.normalised) - len(result.repairs or ())
    again = f", {unsure} left because {result.type} would change them again" if unsure else ""
    out.write(f"{written} written{left}{again}\n")


def _write_misfits(
    result: StoredData, misfits: Spool, title: str, last: str, out: TextIO, limit: int
) -> None:
    if not len(misfits):
        return
    several = len(result.columns) > 1
    heads = [*result.key, *(["column"] if several else []), "value", last]
    cells = [_cells(misfit, several) for misfit in itertools.islice(misfits, limit)]
    out.write(f"{title}:\n")
    if cells and out.isatty():
        table = Table(*heads)
        for row in cells:
            table.add_row(*row)
        Console(file=out, markup=False, emoji=False, highlight=False).print(table)
    elif cells:
        out.writelines(f"  {line}\n" for line in _aligned([heads, *cells]))
    more = len(misfits) - len(cells)
    if more:
        out.write(f"  ... and {more} more: --limit {len(misfits)} or --output-format json shows all\n")
    out.write("\n")


def _cells(misfit: Misfit, several: bool) -> list[str]:
    key = [_printable("NULL" if part is None else str(part)) for part in misfit.key.values()]
    outcome = misfit.error if misfit.result is None else f"'{_printable(misfit.result)}'"
    column = [_printable(misfit.column)] if several else []
    return [*key, *column, f"'{_printable(misfit.value)}'", str(outcome)]


def _printable(value: str) -> str:
    """`value` without anything that could steer a terminal, and not too long."""
    short = value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in short)


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


class Progress:
    """A running count on a terminal's stderr once it has taken half a second; else silent. `what` is counted."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._console = Console(stderr=True)
        self._began = time.monotonic()
        self._status: Status | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is not None:
            self._status.stop()

    def __call__(self, rows: int) -> None:
        if not self._console.is_terminal or time.monotonic() - self._began < PATIENCE:
            return
        if self._status is None:
            self._status = self._console.status("")
            self._status.start()
        self._status.update(f"{rows:,} {self._what}")
