"""What the database holds: its tables, their columns, and how the rows of one are read and told apart.

Rows are read in pages, each a short statement of its own that continues after the last key ("keyset"). One long read
would hold up others for as long as it lasts: on sqlite it keeps every writer from committing, on PostgreSQL it keeps
VACUUM from cleaning any table. The price is that a row written behind the reader's back is not seen. Where rows have no
order to continue from (views, tables without a primary key), one streamed read does it.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from msgspec import Struct

from refactorkit.stored_data import StoredDataError

ALTERED = "the database makes something else of a value that is written: see the table's triggers and the column's type"


class Column(Struct, frozen=True, kw_only=True):
    """A column; `key` is its place in the primary key, counted from 1, or 0; `type` as the database writes it."""

    name: str
    type: str
    textual: bool
    key: int = 0


class Table(Struct, frozen=True, kw_only=True):
    """A table or view. `shown` is how a person names it; `kind` is the catalogue's own word for what it is."""

    shown: str
    schema: str
    name: str
    kind: str
    identity: int = 0
    reachable: bool = True  # without naming its schema
    heirs: bool = False
    filtered: bool = False  # row-level security applies to this role


class Reading(Struct, frozen=True, kw_only=True):
    """How to read a table, in SQL, where the table is called `t`. `key` labels what `key_sql` selects.

    Pages are ordered by `marks`; the next page continues after `after`, which holds the parameters `:mark0`, ...: what
    `marks_sql` selected from the last row. Without marks, everything is read in one go.
    """

    source: str
    key: tuple[str, ...]
    key_sql: tuple[str, ...]
    values_sql: tuple[str, ...]
    marks: tuple[str, ...] = ()
    marks_sql: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def quoted(name: str) -> str:
    """`name` as an identifier in SQL for `sqlalchemy.text`, which would take a colon for a parameter."""
    return '"' + name.replace('"', '""').replace(":", r"\:") + '"'


def of_table(name: str) -> str:
    """The column `name` in SQL. Unqualified, ORDER BY would take the selected cast of that name for the column."""
    return f"t.{quoted(name)}"


def chosen_table(tables: Sequence[Table], wanted: str, *, ignore_case: bool) -> Table:
    """The table called `wanted`, plainly or as `schema.table`. Raises StoredDataError with the nearest names."""
    for same in (str.__eq__, _same_ignoring_case) if ignore_case else (str.__eq__,):
        for table in tables:
            if (table.reachable and same(table.name, wanted)) or same(f"{table.schema}.{table.name}", wanted):
                return table
    raise StoredDataError(
        f"no table {wanted!r}" + _nearest(wanted, [table.shown for table in tables], "no tables")
    )


def chosen_columns(
    table: Table, columns: Sequence[Column], wanted: Sequence[str], *, ignore_case: bool
) -> list[Column]:
    """The columns called `wanted`, each once. Raises StoredDataError when one is missing or holds no text."""
    chosen: list[Column] = []
    for name in wanted:
        exact = [column for column in columns if column.name == name]
        found = exact or [
            column for column in columns if ignore_case and _same_ignoring_case(column.name, name)
        ]
        if not found:
            names = [column.name for column in columns]
            raise StoredDataError(
                f"no column {name!r} in table {table.shown}" + _nearest(name, names, "no columns")
            )
        column = found[0]
        if not column.textual:
            texts = [column.name for column in columns if column.textual]
            hint = f"its text columns are {', '.join(texts)}" if texts else "the table has no text columns"
            raise StoredDataError(f"{table.shown}.{column.name} is {column.type}, not text: {hint}")
        if column not in chosen:
            chosen.append(column)
    if not chosen:
        raise StoredDataError("name at least one column: --column C")
    return chosen


def writable_key(table: Table, columns: Sequence[Column], wanted: Sequence[Column]) -> Column:
    """The one column of the primary key. Raises StoredDataError for a table whose values can't be written safely."""
    key = [column for column in columns if column.key]
    if not key:
        raise StoredDataError(
            f"--fix can't write {table.shown}: it has no primary key to find a row again by; "
            "leave --fix out and change the values in the table that has one"
        )
    if len(key) > 1:
        names = ", ".join(column.name for column in key)
        raise StoredDataError(
            f"--fix can't write {table.shown}: its primary key has several columns ({names}); "
            "leave --fix out and change the values by hand"
        )
    if table.heirs:
        raise StoredDataError(
            f"--fix can't write {table.shown}: other tables inherit from it and may repeat its keys; "
            "leave --fix out and change the values by hand"
        )
    if key[0] in wanted:
        raise StoredDataError(
            f"--fix can't write {table.shown}.{key[0].name}: it is the primary key, which other rows may refer to; "
            "leave --fix out and change the values by hand"
        )
    return key[0]


def _same_ignoring_case(one: str, other: str) -> bool:
    return one.lower() == other.lower()


def _nearest(wanted: str, names: Sequence[str], none: str) -> str:
    if not names:
        return f": there are {none} that this user may see"
    by_last_part = {name.rpartition(".")[2].lower(): name for name in reversed(names)}
    everything = {**by_last_part, **{name.lower(): name for name in names}}
    keys = [wanted.lower(), wanted.rpartition(".")[2].lower()]
    near = [everything[match] for key in keys for match in difflib.get_close_matches(key, everything, n=3)]
    if near:
        return f": did you mean {' or '.join(dict.fromkeys(near))}?"
    listed = sorted(names)[:10]
    return f": there are {', '.join(listed)}" + (", ..." if len(names) > len(listed) else "")
