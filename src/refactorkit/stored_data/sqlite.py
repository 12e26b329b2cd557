"""sqlite's catalogue, and how the rows of its tables are read."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.exc import OperationalError

from refactorkit.stored_data import StoredDataError, Target
from refactorkit.stored_data.layout import ALTERED, Column, Reading, Table, of_table, quoted
from refactorkit.stored_data.spool import Repair

# In a declared type, these say that the column was never meant for text. sqlite itself takes any word for a type.
NOT_TEXT = (
    "INT",
    "REAL",
    "FLOA",
    "DOUB",
    "NUM",
    "DEC",
    "BOOL",
    "DATE",
    "TIME",
    "BLOB",
    "BINARY",
    "JSON",
    "UUID",
)
ROW_NAMES = ("rowid", "_rowid_", "oid")  # https://www.sqlite.org/lang_createtable.html#rowid


def tables(connection: Connection) -> list[Table]:
    """Every table and view of the file."""
    found = connection.execute(text("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')"))
    return [Table(shown=name, schema="main", name=name, kind=kind) for name, kind in found]


def columns(connection: Connection, table: Table) -> list[Column]:
    """The columns of `table` in their order."""
    query = text("SELECT name, type, pk FROM pragma_table_xinfo(:name) ORDER BY cid")
    return [
        Column(name=name, type=declared or "untyped", textual=_is_textual(declared), key=place)
        for name, declared, place in connection.execute(query, {"name": table.name})
    ]


def reading(
    connection: Connection, table: Table, everything: Sequence[Column], wanted: Sequence[Column]
) -> Reading:
    """In pages by rowid: unlike a primary key it is never NULL, and it always has an order."""
    key = tuple(column.name for column in sorted(everything, key=lambda column: column.key) if column.key)
    marks = _row_name(connection, table, everything)
    notes: tuple[str, ...] = ()
    labels, key_sql = key, tuple(of_table(name) for name in key)
    if not key:
        labels, key_sql = (("rowid",), marks) if marks else (("row",), ())
        named = "sqlite's rowid" if marks else "their place in this reading, from 1"
        notes = (f"{table.shown} has no primary key: rows are named by {named}",)
    return Reading(
        source=quoted(table.name),
        key=labels,
        key_sql=key_sql,
        values_sql=tuple(of_table(column.name) for column in wanted),
        marks=marks,
        marks_sql=marks,
        after=tuple(f":mark{place}" for place, _ in enumerate(marks)),
        notes=notes,
    )


def replace(connection: Connection, target: Target, column: str, repairs: Sequence[Repair]) -> list[bool]:
    """Write `repairs` into `column`, each where its old value still stands; whether each is stored now.

    Values are compared byte for byte, whatever the column's collation. A key that is not UTF-8 can't be asked for.
    Raises StoredDataError when the database stores something else.
    """
    asked = [repair for repair in repairs if _is_utf8(repair.row)]
    if not asked:
        return [False] * len(repairs)
    update = text(
        f"UPDATE {target.source} AS t SET {column} = :new"
        f" WHERE {target.row} = :row AND t.{column} COLLATE BINARY = :old AND typeof(t.{column}) = 'text'"
    )
    given = [{"row": repair.row, "old": repair.old, "new": repair.new} for repair in asked]
    updated = connection.execute(update, given).rowcount
    select = text(f"SELECT {target.row}, t.{column} FROM {target.source} AS t WHERE {target.row} IN :rows")
    select = select.bindparams(bindparam("rows", expanding=True))
    rows = connection.execute(select, {"rows": [repair.row for repair in asked]})
    found: dict[object, object] = {row: value for row, value in rows}  # noqa: C416 (a Row is no tuple to mypy)
    is_stored = [repair in asked and found.get(repair.row) == repair.new for repair in repairs]
    if sum(is_stored) < updated:
        raise StoredDataError(ALTERED)
    return is_stored


def _is_utf8(value: object) -> bool:
    """Whether a value can be sent to the database: text that is not UTF-8 can't."""
    return not isinstance(value, str) or not any("\ud800" <= letter <= "\udfff" for letter in value)


def _is_textual(declared: str) -> bool:
    word = declared.upper()
    return any(part in word for part in ("CHAR", "TEXT", "CLOB")) or not any(
        part in word for part in NOT_TEXT
    )


def _row_name(connection: Connection, table: Table, everything: Sequence[Column]) -> tuple[str, ...]:
    """The expression for the table's rowid; empty for views and WITHOUT ROWID tables, which have none."""
    taken = {column.name.lower() for column in everything}
    free = next((name for name in ROW_NAMES if name not in taken), None)
    if free is None or table.kind == "view":
        return ()
    try:
        connection.execute(text(f"SELECT t.{free} FROM {quoted(table.name)} AS t LIMIT 0"))
    except OperationalError as error:
        if "no such column" in str(error.orig):
            return ()
        raise
    return (f"t.{free}",)
