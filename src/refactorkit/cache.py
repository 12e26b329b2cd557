"""Results by what they were made from, in one SQLite file in the user's cache folder.

A key is a digest of everything that a result depends on, so no entry is ever out of date: it is found, or it isn't.
The file is not trusted either: each entry carries a checksum, and a file that is damaged, of another version or no
database at all is thrown away. Nothing that goes wrong with the cache stops a run; it goes on without.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import sqlite3

NAME = "results.sqlite3"
VERSION = 1
"""Goes up when the tables change."""
LIMIT = 256 << 20
"""Bytes that the file may hold; beyond them the entries go that were not used for the longest time."""
KEPT_SHARE = 0.75
"""How much of the limit is left after such a clean-up, so that it is not needed at every run."""
AT_ONCE = 500
"""Keys in one query; SQLite before 3.32 takes 999 parameters."""
PATIENCE = 2.0
"""Seconds to wait for another run that is writing."""
DAY = 86_400
CHECKSUM = 8
SUFFIXES = ("", "-wal", "-shm", "-journal")

SCHEMA = f"""
    PRAGMA auto_vacuum = INCREMENTAL;
    PRAGMA journal_mode = WAL;
    BEGIN IMMEDIATE;
    CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, day INTEGER NOT NULL, value BLOB NOT NULL);
    CREATE INDEX IF NOT EXISTS by_day ON entries (day);
    PRAGMA user_version = {VERSION};
    COMMIT;
"""


Result = TypeVar("Result")


class _Damaged(Exception):
    """The file is no cache of this version, or not what was written."""


def digest(*parts: bytes) -> bytes:
    """32 bytes that stand for these parts in this order; how they are cut into parts counts."""
    made = hashlib.sha256()
    for part in parts:
        made.update(len(part).to_bytes(8))
        made.update(part)
    return made.digest()


def default_folder() -> Path:
    """Where the cache lies unless a flag says otherwise: as $REFACTORKIT_CACHE_DIR says, or in the user's cache folder."""
    if named := os.environ.get("REFACTORKIT_CACHE_DIR"):
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("refactorkit", appauthor=False)


def clean(folder: Path) -> int:
    """Remove the cache from its folder; how many bytes that freed. Raises OSError."""
    freed = 0
    for path in _files(folder):
        with suppress(FileNotFoundError):
            size = path.stat().st_size
            path.unlink()
            freed += size
    with suppress(OSError):  # somebody else keeps something there
        folder.rmdir()
    return freed


class Cache:
    """The entries in a folder; without one, nothing is found and nothing kept. For one thread of one process.

    `warn` is called at most once, with a line, when the cache can't be used.
    """

    def __init__(
        self,
        folder: Path | None = None,
        warn: Callable[[str], None] = lambda text: None,
        limit: int = LIMIT,
    ) -> None:
        self._folder = folder
        self._warn = warn
        self._limit = limit
        self._connection: sqlite3.Connection | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is worth to look for entries and to write some."""
        return self._folder is not None

    def get(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The values of those keys that have one."""
        if self._folder is None or not keys or not os.path.exists(self._folder / NAME):
            return {}
        return self._guarded(lambda connection: self._found(connection, keys)) or {}

    def put(self, entries: Mapping[bytes, bytes]) -> None:
        """Keep the entries, all or none of them."""
        if self._folder is not None and entries:
            self._guarded(lambda connection: self._write(connection, entries))

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _guarded(self, act: Callable[[sqlite3.Connection], Result]) -> Result | None:
        """What `act` returns. A damaged file is made anew once; if that doesn't help, this run has no cache."""
        import sqlite3

        assert self._folder is not None
        for attempt in (1, 2):
            try:
                if self._connection is None:
                    self._connection = _connect(self._folder)
                return act(self._connection)
            except (_Damaged, sqlite3.Error, OSError) as error:
                if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
                    return None  # another run is writing: not worth waiting longer
                self._abandon()
                if attempt == 1 and _is_damage(error):
                    with suppress(OSError):
                        clean(self._folder)
                        continue
                self._warn(
                    f"nothing is cached: {self._folder} can't be used ({_brief(error)}): name another --cache-dir"
                )
                self._folder = None
                return None
        return None

    def _abandon(self) -> None:
        import sqlite3

        with suppress(sqlite3.Error):
            self.close()
        self._connection = None

    def _found(self, connection: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        found = {}
        aged = []
        today = int(time.time() // DAY)
        for part in _parts(keys):
            marks = ",".join("?" * len(part))
            for key, day, value in connection.execute(
                f"SELECT key, day, value FROM entries WHERE key IN ({marks})", part
            ):
                if not isinstance(value, bytes) or _checksum(key, value[CHECKSUM:]) != value[:CHECKSUM]:
                    raise _Damaged("it is damaged")
                found[key] = value[CHECKSUM:]
                if day != today:
                    aged.append(key)
        if aged:
            with _Transaction(connection):
                connection.executemany(
                    "UPDATE entries SET day = ? WHERE key = ?", [(today, key) for key in aged]
                )
        return found

    def _write(self, connection: sqlite3.Connection, entries: Mapping[bytes, bytes]) -> None:
        today = int(time.time() // DAY)
        rows = (
            (key, today, _checksum(key, value) + value)
            for key, value in entries.items()
            if len(value) < self._limit // 4
        )
        with _Transaction(connection):
            connection.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", rows)
        self._trim(connection)

    def _trim(self, connection: sqlite3.Connection) -> None:
        """Take out what was not used for the longest time, when the file is larger than it may be."""
        pages, free, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        surplus = (pages - free) * size - self._limit
        if surplus <= 0:
            return
        surplus += int(self._limit * (1 - KEPT_SHARE))
        going = []
        for key, length in connection.execute("SELECT key, length(value) FROM entries ORDER BY day, rowid"):
            if surplus <= 0:
                break
            going.append((key,))
            surplus -= length + len(key)
        with _Transaction(connection):
            connection.executemany("DELETE FROM entries WHERE key = ?", going)
        connection.execute("PRAGMA incremental_vacuum").fetchall()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


class _Transaction:
    """All or nothing of what is written in the block."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._connection.execute("COMMIT")
        elif self._connection.in_transaction:  # SQLite has rolled back by itself when the disk is full
            self._connection.execute("ROLLBACK")


def _connect(folder: Path) -> sqlite3.Connection:
    """The database in a folder, made when it is missing. Raises _Damaged, sqlite3.Error, OSError."""
    import sqlite3

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    connection = sqlite3.connect(folder / NAME, timeout=PATIENCE, isolation_level=None)
    try:
        connection.text_factory = bytes  # there is no text: what else stands there is damage
        connection.execute("PRAGMA synchronous = NORMAL")  # what a power cut undoes is worked out again
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0 and not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            connection.executescript(SCHEMA)
        elif version != VERSION:
            raise _Damaged("another version of refactorkit made it")
    except BaseException:
        connection.close()
        raise
    return connection


def _checksum(key: bytes, value: bytes) -> bytes:
    return digest(key, value)[:CHECKSUM]


def _is_damage(error: Exception) -> bool:
    """Whether a new file would do better."""
    import sqlite3

    codes = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)  # the last: not our tables
    return isinstance(error, _Damaged) or getattr(error, "sqlite_errorcode", 0) & 0xFF in codes


def _brief(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _parts(keys: Sequence[bytes]) -> Iterable[Sequence[bytes]]:
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))


def _files(folder: Path) -> Iterable[Path]:
    return (folder / (NAME + suffix) for suffix in SUFFIXES)
