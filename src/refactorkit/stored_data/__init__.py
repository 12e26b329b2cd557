"""Stored values against a stricter type: which would be rejected, which would come back different.

`check_stored_data` reads only; `fix_stored_data` writes what the type would normalise, and nothing else. Nothing here
loads SQLAlchemy or pydantic before one of them is called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct, field

from refactorkit.stored_data.spool import Misfit, Repairs, Spool

__all__ = [
    "ColumnCount",
    "Fixed",
    "Misfit",
    "Repairs",
    "Spool",
    "StoredData",
    "StoredDataError",
    "check_stored_data",
    "fix_stored_data",
]

DEFAULT_TYPE = "pydantic.HttpUrl"
DEFAULT_CHUNK = 1000


class StoredDataError(Exception):
    """Input that can't be worked on. Its text is one line without secrets that says what to do next."""


class ColumnCount(Struct, frozen=True, kw_only=True):
    """What became of one column: how many values, and how many of those are rejected or normalised; nulls apart."""

    column: str
    values: int = 0
    rejected: int = 0
    normalised: int = 0
    null: int = 0


class StoredData(Struct, kw_only=True):
    """The result of one check. `database` hides passwords; `key` names what identifies a row in a misfit's `key`.

    `repairs` and `target` are what `fix_stored_data` needs; None unless the check was asked for them.
    """

    database: str
    table: str
    type: str
    key: tuple[str, ...]
    rows: int
    columns: tuple[ColumnCount, ...]
    notes: tuple[str, ...]
    rejected: Spool
    normalised: Spool
    repairs: Repairs | None = None
    target: Target | None = None


class Target(Struct, frozen=True, kw_only=True):
    """Where repairs go, in SQL: the table, the column that identifies a row and its type, the columns to write."""

    source: str
    row: str
    row_type: str
    columns: tuple[str, ...]


class Fixed(Struct, kw_only=True):
    """What a fix did: how many values it wrote, and those it left because they changed after the check."""

    written: int = 0
    left: Spool = field(default_factory=Spool)


def check_stored_data(
    url: str,
    table: str,
    columns: Sequence[str],
    *,
    type_name: str = DEFAULT_TYPE,
    chunk: int = DEFAULT_CHUNK,
    fix: bool = False,
    progress: Callable[[int], None] = lambda rows: None,
) -> StoredData:
    """Read `columns` of `table` in the database at `url` and try each value against a pydantic URL type.

    `chunk` is the number of rows held in memory at once; `progress` hears the number of rows read after each chunk.
    With `fix` the result can be given to `fix_stored_data`, and a table that it can't write is refused.
    Raises `StoredDataError` for anything that the caller can put right.
    """
    # Here, because SQLAlchemy and pydantic take longer to load than the rest of the command line together.
    from refactorkit.stored_data.checking import check

    return check(url, table, columns, type_name=type_name, chunk=chunk, fix=fix, progress=progress)


def fix_stored_data(
    url: str,
    checked: StoredData,
    *,
    batch: int | None = None,
    progress: Callable[[int], None] = lambda values: None,
) -> Fixed:
    """Write the normalised values that a check with `fix` found: all of them in one transaction, or none.

    With `batch` each so many values are a transaction of their own: an interrupted run leaves the rest to the next one,
    whose check no longer finds what is written. A value that changed after the check is left alone. Raises
    `StoredDataError` for anything that the database refuses; the transaction is rolled back then.
    """
    from refactorkit.stored_data.writing import write

    return write(url, checked, batch=batch, progress=progress)
