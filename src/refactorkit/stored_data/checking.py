"""The check itself: open, find the table, read its rows, judge each value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, text

from refactorkit.stored_data import ColumnCount, StoredData, Target, postgresql, sqlite
from refactorkit.stored_data.address import locate
from refactorkit.stored_data.connection import BYTES, read_only, recover
from refactorkit.stored_data.layout import (
    Column,
    Reading,
    Table,
    chosen_columns,
    chosen_table,
    quoted,
    writable_key,
)
from refactorkit.stored_data.spool import Misfit, Repair, Repairs, Spool
from refactorkit.stored_data.verdict import Verdict, as_utf8, judge

Row = tuple[Any, tuple[Any, ...], tuple[Any, ...]]
"""What identifies a row in SQL, its key as people know it, and its values in the order of the columns asked for."""


def check(
    url: str,
    table: str,
    columns: Sequence[str],
    *,
    type_name: str,
    chunk: int,
    fix: bool,
    progress: Callable[[int], None],
) -> StoredData:
    """See `refactorkit.stored_data.check_stored_data`."""
    verdict = judge(type_name)
    address = locate(url)
    if fix:
        recover(address)
    with read_only(address) as connection:
        found, every, wanted, reading = _layout(connection, table, columns)
        names = [_text(connection, column.name) for column in wanted]
        result = StoredData(
            database=address.shown,
            table=_text(connection, found.shown),
            type=f"pydantic.{type_name.removeprefix('pydantic.')}",
            key=tuple(_text(connection, name) for name in reading.key),
            rows=0,
            columns=(),
            notes=tuple(_text(connection, note) for note in reading.notes),
            rejected=Spool(),
            normalised=Spool(),
        )
        if fix:
            result.repairs, result.target = Repairs(), _target(found, every, wanted, reading)
        _judge_rows(result, names, _rows(connection, reading, chunk, progress), verdict)
    return result


def _layout(
    connection: Connection, table: str, columns: Sequence[str]
) -> tuple[Table, Sequence[Column], list[Column], Reading]:
    catalogue = sqlite if connection.dialect.name == "sqlite" else postgresql
    ignore_case = catalogue is sqlite
    with connection.begin():
        found = chosen_table(
            catalogue.tables(connection), _stored(connection, table), ignore_case=ignore_case
        )
        every = catalogue.columns(connection, found)
        names = [_stored(connection, name) for name in columns]
        wanted = chosen_columns(found, every, names, ignore_case=ignore_case)
        return found, every, wanted, catalogue.reading(connection, found, every, wanted)


def _target(found: Table, every: Sequence[Column], wanted: Sequence[Column], reading: Reading) -> Target:
    """Where values are written. Raises StoredDataError for a table whose rows can't be told apart safely."""
    key = writable_key(found, every, wanted)
    row = reading.marks[0] if reading.marks else reading.key_sql[0]
    return Target(
        source=reading.source,
        row=row,
        row_type=key.type,
        columns=tuple(quoted(column.name) for column in wanted),
    )


def _judge_rows(
    result: StoredData, names: Sequence[str], rows: Iterator[Row], verdict: Callable[[object], Verdict]
) -> None:
    """Count every value into `result` and keep those that do not fit."""
    counts = {name: Counter[str]() for name in names}
    for row, key, values in rows:
        result.rows += 1
        for place, (name, value) in enumerate(zip(names, values, strict=True)):
            if value is None:
                counts[name]["null"] += 1
                continue
            normal, error = verdict(value)
            if normal is None and error is None:
                continue
            counts[name]["normalised" if error is None else "rejected"] += 1
            shown = dict(zip(result.key, map(_plain, key or (result.rows,)), strict=True))
            misfit = Misfit(key=shown, column=name, value=as_utf8(value), result=normal, error=error)
            (result.normalised if error is None else result.rejected).append(misfit)
            if result.repairs is not None and normal is not None and verdict(normal) == (None, None):
                result.repairs.append(Repair(row=row, column=place, old=value, new=normal, shown=misfit))
    result.columns = tuple(
        ColumnCount(column=name, values=result.rows - count["null"], **count)
        for name, count in counts.items()
    )


def _rows(
    connection: Connection, reading: Reading, chunk: int, progress: Callable[[int], None]
) -> Iterator[Row]:
    """Every row, at most `chunk` of them in memory."""
    arrived, as_bytes = 0, connection.info.get(BYTES, False)
    marks = len(reading.marks_sql)
    values = marks + len(reading.key_sql)
    for page in (
        _pages(connection, reading, chunk) if reading.marks else _one_read(connection, reading, chunk)
    ):
        for row in page:
            cells = tuple(map(_from_bytes, row)) if as_bytes else row
            yield cells[0] if cells else None, cells[marks:values], cells[values:]
        arrived += len(page)
        progress(arrived)


def _pages(connection: Connection, reading: Reading, chunk: int) -> Iterator[Sequence[Any]]:
    """Page after page, each in a transaction that has ended when the page is handed out."""
    order = ", ".join(reading.marks)
    condition, last = "", dict[str, Any]()
    while True:
        query = text(f"{_select(reading)}{condition} ORDER BY {order} LIMIT {chunk}")
        with connection.begin():
            page = connection.execute(query, last).fetchall()
        yield page
        if len(page) < chunk:
            return
        condition = f" WHERE ({order}) > ({', '.join(reading.after)})"
        last = {f"mark{place}": value for place, value in enumerate(page[-1][: len(reading.marks)])}


def _one_read(connection: Connection, reading: Reading, chunk: int) -> Iterator[Sequence[Any]]:
    with connection.begin():
        options = {"yield_per": chunk}
        yield from connection.execute(text(_select(reading)), execution_options=options).partitions()


def _select(reading: Reading) -> str:
    wanted = ", ".join((*reading.marks_sql, *reading.key_sql, *reading.values_sql))
    return f"SELECT {wanted} FROM {reading.source} AS t"


def _from_bytes(cell: object) -> object:
    return cell.encode("latin1").decode("utf-8", "surrogateescape") if isinstance(cell, str) else cell


def _plain(value: object) -> str | int | float | None:
    """A key as JSON can hold it; bytes in hexadecimal, as `X'...'` in SQL."""
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, float) and abs(value) != float("inf"):
        return value
    return f"X'{value.hex()}'" if isinstance(value, bytes) else as_utf8(value)


def _text(connection: Connection, name: str) -> str:
    """A name from the catalogue as a person reads it."""
    return (
        as_utf8(name.encode("latin1").decode("utf-8", "surrogateescape"))
        if connection.info.get(BYTES)
        else name
    )


def _stored(connection: Connection, name: str) -> str:
    """A name that a person gave as it comes from the catalogue."""
    return name.encode().decode("latin1") if connection.info.get(BYTES) else name
