"""Stored values against a stricter type: which would be rejected, which would come back different.

Reads only. `check_stored_data` is the door; nothing here loads SQLAlchemy or pydantic before it is called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from refactorkit.stored_data.spool import Misfit, Spool

__all__ = ["ColumnCount", "Misfit", "Spool", "StoredData", "StoredDataError", "check_stored_data"]

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
    """The result of one check. `database` hides passwords; `key` names what identifies a row in a misfit's `key`."""

    database: str
    table: str
    type: str
    key: tuple[str, ...]
    rows: int
    columns: tuple[ColumnCount, ...]
    notes: tuple[str, ...]
    rejected: Spool
    normalised: Spool


def check_stored_data(
    url: str,
    table: str,
    columns: Sequence[str],
    *,
    type_name: str = DEFAULT_TYPE,
    chunk: int = DEFAULT_CHUNK,
    progress: Callable[[int], None] = lambda rows: None,
) -> StoredData:
    """Read `columns` of `table` in the database at `url` and try each value against a pydantic URL type.

    `chunk` is the number of rows held in memory at once; `progress` hears the number of rows read after each chunk.
    Raises `StoredDataError` for anything that the caller can put right.
    """
    # Here, because SQLAlchemy and pydantic take longer to load than the rest of the command line together.
    from refactorkit.stored_data.checking import check

    return check(url, table, columns, type_name=type_name, chunk=chunk, progress=progress)
