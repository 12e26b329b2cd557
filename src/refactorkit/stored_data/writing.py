"""Writing normalised values back: each only where the value that was judged still stands.

The condition is part of the UPDATE itself, so that what somebody else wrote after the check is never overwritten. What
was stored is read back before the transaction ends: a trigger, or a type that cuts what is too long, may have made
something else of it, and then everything is rolled back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy import Connection

from refactorkit.stored_data import Fixed, StoredData, StoredDataError, Target, postgresql, sqlite
from refactorkit.stored_data.address import locate
from refactorkit.stored_data.connection import BYTES, writable
from refactorkit.stored_data.spool import Repair

PAGE = 500
"""Values that one statement writes."""


def write(url: str, checked: StoredData, *, batch: int | None, progress: Callable[[int], None]) -> Fixed:
    """See `refactorkit.stored_data.fix_stored_data`."""
    assert checked.repairs is not None
    assert checked.target is not None
    fixed = Fixed()
    try:
        with writable(locate(url)) as connection:
            repairs = iter(checked.repairs)
            while first := next(repairs, None):
                rest = islice(repairs, batch - 1) if batch else repairs
                with connection.begin():
                    written = _write_all(connection, checked.target, _chain(first, rest), fixed, progress)
                fixed.written += written
    except StoredDataError as error:
        kept = (
            f"{fixed.written} values of earlier batches are written, the rest is not" if fixed.written else ""
        )
        raise StoredDataError(f"{error}; {kept or 'nothing was written'}") from None
    return fixed


def _write_all(
    connection: Connection,
    target: Target,
    repairs: Iterator[Repair],
    fixed: Fixed,
    progress: Callable[[int], None],
) -> int:
    """One transaction; how many values it wrote. Those that have changed meanwhile go to `fixed.left`."""
    database = sqlite if connection.dialect.name == "sqlite" else postgresql
    written = 0
    while page := list(islice(repairs, PAGE)):
        for column, name in enumerate(target.columns):
            of_column = [repair for repair in page if repair.column == column]
            if not of_column:
                continue
            stored = database.replace(connection, target, name, _encoded(connection, of_column))
            for repair, is_stored in zip(of_column, stored, strict=True):
                if not is_stored:
                    fixed.left.append(repair.shown)
            written += sum(stored)
        progress(fixed.written + written)
    return written


def _chain(first: Repair, rest: Iterable[Repair]) -> Iterator[Repair]:
    yield first
    yield from rest


def _encoded(connection: Connection, repairs: Sequence[Repair]) -> Sequence[Repair]:
    """The repairs as the connection takes text: one character per byte where the server knows no encoding."""
    if not connection.info.get(BYTES):
        return repairs
    return [
        Repair(
            row=_bytewise(repair.row) if isinstance(repair.row, str) else repair.row,
            column=repair.column,
            old=_bytewise(repair.old),
            new=_bytewise(repair.new),
            shown=repair.shown,
        )
        for repair in repairs
    ]


def _bytewise(value: str) -> str:
    return value.encode("utf-8", "surrogateescape").decode("latin1")
