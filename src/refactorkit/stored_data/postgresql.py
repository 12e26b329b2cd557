"""PostgreSQL's catalogue, and how the rows of its tables are read.

Keys travel as the text that the server itself writes and reads back by a cast to the column's own type. The driver's
types would not do: a `real` comes back as another number, an enum or citext compares differently, and a date before
year 1 can't be loaded at all.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from refactorkit.stored_data import StoredDataError, Target
from refactorkit.stored_data.layout import ALTERED, Column, Reading, Table, of_table, quoted
from refactorkit.stored_data.spool import Repair

INTEGERS = {"smallint", "integer", "bigint"}
LOCK_SECONDS = 15
TABLES = text("""
    SELECT n.nspname, c.relname, CAST(c.relkind AS text), CAST(c.oid AS bigint),
           pg_table_is_visible(c.oid), c.relhassubclass, row_security_active(c.oid)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
    ORDER BY pg_table_is_visible(c.oid) DESC, n.nspname, c.relname
""")
COLUMNS = text("""
    SELECT a.attname, format_type(a.atttypid, a.atttypmod), CAST(t.typcategory AS text),
           CASE WHEN array_position(CAST(i.indkey AS int2[]), a.attnum) < i.indnkeyatts
                THEN array_position(CAST(i.indkey AS int2[]), a.attnum) + 1 ELSE 0 END
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
    WHERE a.attrelid = CAST(:oid AS oid) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
""")


def tables(connection: Connection) -> list[Table]:
    """Every table, partitioned table, view, materialised view and foreign table outside the system's schemas."""
    return [
        Table(
            shown=name if reachable else f"{schema}.{name}",
            schema=schema,
            name=name,
            kind=kind,
            identity=identity,
            reachable=reachable,
            heirs=heirs and kind == "r",
            filtered=filtered,
        )
        for schema, name, kind, identity, reachable, heirs, filtered in connection.execute(TABLES)
    ]


def columns(connection: Connection, table: Table) -> list[Column]:
    """The columns of `table` in their order."""
    return [
        Column(name=name, type=declared, textual=category == "S", key=place)
        for name, declared, category, place in connection.execute(COLUMNS, {"oid": str(table.identity)})
    ]


def reading(
    connection: Connection, table: Table, everything: Sequence[Column], wanted: Sequence[Column]
) -> Reading:
    """In pages by primary key, unless inheritance makes that ambiguous; else in one go, rows named by their ctid."""
    source = f"{quoted(table.schema)}.{quoted(table.name)}"
    values = tuple(_as_text(column) for column in wanted)
    notes = (
        ("row-level security hides rows from this role: check as the table's owner too",)
        if table.filtered
        else ()
    )
    key = [column for column in sorted(everything, key=lambda column: column.key) if column.key]
    if key:
        pages = (
            () if table.heirs else tuple(enumerate(key))
        )  # a parent's primary key does not bind its heirs' rows
        return Reading(
            source=source,
            key=tuple(column.name for column in key),
            key_sql=tuple(
                of_table(column.name) if column.type in INTEGERS else _as_text(column) for column in key
            ),
            values_sql=values,
            marks=tuple(of_table(column.name) for _, column in pages),
            marks_sql=tuple(_as_text(column) for _, column in pages),
            after=tuple(f"CAST(:mark{place} AS {_in_sql(column.type)})" for place, column in pages),
            notes=notes,
        )
    named, labels, key_sql = _without_key(table)
    note = f"{table.shown} has no primary key: rows are named by {named}"
    return Reading(source=source, key=labels, key_sql=key_sql, values_sql=values, notes=(note, *notes))


def replace(connection: Connection, target: Target, column: str, repairs: Sequence[Repair]) -> list[bool]:
    """Write `repairs` into `column`, each where its old value still stands; whether each is stored now.

    Values are compared as text byte for byte: citext and other collations call different values equal. Raises
    StoredDataError when the database stores something else.
    """
    connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
    stored = f"CAST(t.{column} AS text)"
    statement = text(f"""
        UPDATE {target.source} AS t SET {column} = w.new
        FROM unnest(CAST(:rows AS text[]), CAST(:olds AS text[]), CAST(:news AS text[])) AS w (row, old, new)
        WHERE {target.row} = CAST(w.row AS {_in_sql(target.row_type)})
          AND {stored} COLLATE "C" = w.old COLLATE "C"
        RETURNING w.row, {stored}
    """)
    given = {
        "rows": [repair.row for repair in repairs],
        "olds": [repair.old for repair in repairs],
        "news": [repair.new for repair in repairs],
    }
    written = connection.execute(statement, given)
    found: dict[object, object] = {row: value for row, value in written}  # noqa: C416 (a Row is no tuple to mypy)
    if any(repair.row in found and found[repair.row] != repair.new for repair in repairs):
        raise StoredDataError(ALTERED)
    return [repair.row in found for repair in repairs]


def _without_key(table: Table) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """What names a row instead of a primary key: in words, as labels, in SQL."""
    ctid, holder = "CAST(t.ctid AS text)", "CAST(CAST(t.tableoid AS regclass) AS text)"
    if table.kind in {"r", "m"} and not table.heirs:
        return "PostgreSQL's ctid, which changes when a row does", ("ctid",), (ctid,)
    if table.kind in {"r", "p"}:
        return "the table that holds them and its ctid", ("table", "ctid"), (holder, ctid)
    return "their place in this reading, from 1", ("row",), ()


def _as_text(column: Column) -> str:
    return f"CAST({of_table(column.name)} AS text)"


def _in_sql(declared: str) -> str:
    return declared.replace(":", r"\:")
