"""A connection that can only read, or one that may write, and database errors as one line that says what to do next.

sqlite: `mode=ro` alone is not enough. A read-only connection to a file in WAL mode creates `-wal` and `-shm` files
beside it and leaves them there, so that the files' state decides how to open (`_sqlite_uri`).
PostgreSQL: every transaction begins as `READ ONLY`. That works behind poolers such as PgBouncer, which refuse
`default_transaction_read_only` among the start-up options.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from refactorkit.stored_data import StoredDataError
from refactorkit.stored_data.address import Address

MAGIC = b"SQLite format 3\0"
WAL = b"\2\2"  # bytes 18 and 19 of the header: https://www.sqlite.org/fileformat.html#file_format_version_numbers
BYTES = "refactorkit: text arrives as one character per byte"
BUSY_SECONDS = 15
CONNECT_SECONDS = 15

FORBIDDEN = "42501"  # SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html


def read_only(address: Address) -> AbstractContextManager[Connection]:
    """An open connection on which no statement can write. Errors inside become StoredDataError."""
    return _opened(address, writes=False)


def writable(address: Address) -> AbstractContextManager[Connection]:
    """An open connection that may write. Errors inside become StoredDataError."""
    return _opened(address, writes=True)


def recover(address: Address) -> None:
    """Let sqlite undo what a process that died in the middle of a transaction has left; a reader may not."""
    if address.path is not None:
        with writable(address) as connection:
            connection.execute(text("SELECT count(*) FROM sqlite_master"))


@contextmanager
def _opened(address: Address, *, writes: bool) -> Iterator[Connection]:
    try:
        engine = _sqlite(address.path, writes) if address.path is not None else _postgresql(address, "utf8")
        with _connected(engine, address, writes) as connection:
            if not (address.path is None and _is_byte_salad(connection)):
                yield connection
                return
        engine = _postgresql(address, "latin1")
        with _connected(engine, address, writes) as connection:
            connection.info[BYTES] = True
            yield connection
    except DBAPIError as error:
        raise StoredDataError(address.without_secrets(_one_line(error, address, writes))) from None
    except SQLAlchemyError as error:
        raise StoredDataError(address.without_secrets(f"{address.shown}: {_first_line(error)}")) from None


@contextmanager
def _connected(engine: Engine, address: Address, writes: bool) -> Iterator[Connection]:
    try:
        connection = engine.connect()
    except DBAPIError as error:
        told = _first_line(error.orig)
        advice = "check its host, port, database, user and password, and that it is up"
        raise StoredDataError(
            address.without_secrets(f"can't connect to {address.shown}: {told}; {advice}")
        ) from None
    with connection:
        yield connection if writes else connection.execution_options(postgresql_readonly=True)


def _is_byte_salad(connection: Connection) -> bool:
    """Whether the server stores bytes without knowing their encoding, so that a value need not be UTF-8.

    Read as latin1, each byte arrives as one character and goes back unharmed; `connection.info[BYTES]` says so.
    """
    with connection.begin():
        return str(connection.execute(text("SHOW server_encoding")).scalar_one()) == "SQL_ASCII"


def _postgresql(address: Address, encoding: str) -> Engine:
    arguments: dict[str, Any] = {"client_encoding": encoding}
    if "connect_timeout" not in address.url.query:
        arguments["connect_timeout"] = CONNECT_SECONDS
    if address.url.drivername.endswith("+psycopg"):
        arguments["prepare_threshold"] = (
            None  # prepared statements do not survive a transaction-pooling PgBouncer
        )
    return create_engine(address.url, poolclass=NullPool, connect_args=arguments)


def _sqlite(path: Path, writes: bool) -> Engine:
    uri = f"file:{quote(str(path))}?mode=rw" if writes else _sqlite_uri(path)

    def opened() -> sqlite3.Connection:
        # IMMEDIATE: a transaction that took the lock only at its first write could find it taken, and would not wait.
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level="IMMEDIATE")
        connection.text_factory = lambda stored: stored.decode("utf-8", "surrogateescape")
        connection.execute("PRAGMA foreign_keys = on" if writes else "PRAGMA query_only = on")
        return connection

    return create_engine("sqlite://", creator=opened, poolclass=NullPool)


def _sqlite_uri(path: Path) -> str:
    """How to open `path` so that no file is created or changed beside it."""
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except OSError as error:
        raise StoredDataError(f"can't read {path}: {error.strerror}; check its permissions") from None
    if header and not header.startswith(MAGIC):
        raise StoredDataError(f"{path} is not a sqlite database: give the path of the sqlite file")
    uri = f"file:{quote(str(path))}?mode=ro"
    log, shared = path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")
    if header[18:20] != WAL or (log.exists() and shared.exists()):
        return uri
    if log.exists() and log.stat().st_size:
        raise StoredDataError(
            f"{path} has changes in {log.name} that were never merged, and merging writes: "
            f"run sqlite3 {path} 'PRAGMA wal_checkpoint(TRUNCATE)' first, or do it on a copy of both files"
        )
    # Nobody has it open, for whoever does owns a -wal file: nothing to wait for and nothing to share.
    return f"{uri}&immutable=1"


def _one_line(error: DBAPIError, address: Address, writes: bool) -> str:
    told = _first_line(error.orig)
    detail = getattr(
        getattr(error.orig, "diag", None), "message_detail", None
    )  # PostgreSQL: the row that it is about
    if writes and detail:
        told += f" ({_first_line(detail)})"
    if address.path is not None and "locked" in told:
        return f"{address.path} is locked by another process: try again when it has finished"
    if address.path is not None and not writes and "readonly database" in told:
        return (
            f"{address.path} has a transaction in {address.path.name}-journal that a dead process left, and undoing it "
            f"writes: run sqlite3 {address.path} .tables first, or do it on a copy of both files"
        )
    wanted = "UPDATE it" if writes else "SELECT from it"
    advice = f"; connect as a role that may {wanted}" if _state(error) == FORBIDDEN else ""
    return f"{address.shown}: {told}{advice}"


def _state(error: DBAPIError) -> str:
    for name in ("sqlstate", "pgcode"):  # psycopg, psycopg2
        state = getattr(error.orig, name, None)
        if state:
            return str(state)
    return ""


def _first_line(error: object) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
