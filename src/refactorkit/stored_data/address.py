"""Where the database is: from what application settings hold to a URL that can be opened synchronously."""

from __future__ import annotations

import importlib
import os
import re
import stat
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from msgspec import Struct
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from refactorkit.stored_data import StoredDataError

SCHEME = re.compile(r"(?P<dialect>[A-Za-z][\w.]*)(\+[\w.]+)?://")
SPOKEN = "sqlite:///path/to/file.db or postgresql://user@host/database"
POSTGRESQL_DRIVERS = ("psycopg", "psycopg2")
SECRET_OPTIONS = ("password", "sslpassword")
# Options of asyncpg and of SQLAlchemy's asyncpg dialect that libpq does not know and that change no value.
ASYNCPG_ONLY = {
    "command_timeout",
    "max_cacheable_statement_size",
    "max_cached_statement_lifetime",
    "prepared_statement_cache_size",
    "prepared_statement_name_func",
    "statement_cache_size",
    "timeout",
}


class Address(Struct, frozen=True, kw_only=True):
    """A database: `path` for sqlite, else `url` with a driver that is installed. `shown` hides every secret."""

    shown: str
    url: URL
    path: Path | None = None
    secrets: tuple[str, ...] = ()

    def without_secrets(self, message: str) -> str:
        """`message` with each secret of the URL replaced by stars."""
        for secret in self.secrets:
            message = message.replace(secret, "***")
        return message


def locate(given: str) -> Address:
    """The database that `given`, a URL or the path of a sqlite file, means.

    Raises StoredDataError when it means none, when the file does not exist, or when no driver is installed.
    """
    if not given.strip():
        raise StoredDataError(f"the database URL is empty: give {SPOKEN}")
    scheme = SCHEME.match(given)
    if scheme is None:
        return _sqlite_file(_plain_path(given))
    dialect = scheme["dialect"].lower()
    if dialect not in {"sqlite", "postgresql", "postgres"}:
        raise StoredDataError(f"check-data can't read {dialect} databases: give {SPOKEN}")
    try:
        url = make_url(given)
        if dialect == "sqlite":
            return _sqlite_file(_path_in(url))
        return _server(url)
    except (ArgumentError, ValueError):  # their texts can repeat the URL with its password
        raise StoredDataError(f"the database URL can't be read: write it like {SPOKEN}, %-encoded") from None


def _plain_path(given: str) -> Path:
    may_hold_a_password = "@" in given or "password" in given  # a URL with a slip: then never repeat it
    if may_hold_a_password and not os.path.exists(given):
        raise StoredDataError(f"this is neither a database URL nor a file: give {SPOKEN}")
    return Path(given)


def _path_in(url: URL) -> Path:
    if url.host:
        raise StoredDataError(
            "a sqlite URL has three slashes before a relative path and four before an absolute one"
        )
    database = url.database or ""
    if database.startswith("file:"):
        in_memory = "mode=memory" in str(url) or database.startswith("file::memory:")
        database = ":memory:" if in_memory else unquote(urlsplit(database).path)
    if database in {"", ":memory:"}:
        raise StoredDataError(
            "an in-memory sqlite database has no stored values: give sqlite:///path/to/file.db"
        )
    return Path(database)


def _sqlite_file(path: Path) -> Address:
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise StoredDataError(f"no such file: {path} (give an existing sqlite file, or {SPOKEN})") from None
    except OSError as error:
        raise StoredDataError(f"can't read {path}: {error.strerror}; check its permissions") from None
    if not stat.S_ISREG(mode):
        raise StoredDataError(f"{path} is not a file: give the path of the sqlite file")
    return Address(shown=f"sqlite:///{path}", url=URL.create("sqlite"), path=path.resolve())


def _server(url: URL) -> Address:
    if not url.database and not url.query.get("service"):
        raise StoredDataError("the URL names no database: write postgresql://user@host/database")
    asynchronous = "async" in url.drivername
    query = {name: value for name, value in url.query.items() if not (asynchronous and name in ASYNCPG_ONLY)}
    if "ssl" in query:  # asyncpg's spelling of libpq's sslmode
        wish = query.pop("ssl")
        query["sslmode"] = "require" if wish in ("true", "True", "1") else wish
    url = url.set(drivername=f"postgresql+{_driver(url.drivername.partition('+')[2])}", query=query)
    options = {name: "***" if name in SECRET_OPTIONS else value for name, value in query.items()}
    return Address(
        shown=url.set(query=options).render_as_string(hide_password=True), url=url, secrets=_secrets(url)
    )


def _secrets(url: URL) -> tuple[str, ...]:
    written = dict(parse_qsl(urlsplit(url.render_as_string(hide_password=False)).query))
    plain = [str(url.password or ""), *(written.get(name, "") for name in SECRET_OPTIONS)]
    return tuple(
        sorted({form for secret in plain if secret for form in (secret, quote(secret, safe=""))}, key=len)[
            ::-1
        ]
    )


def _driver(wanted: str) -> str:
    """An installed synchronous driver, the `wanted` one if it is: values read the same through either."""
    names = sorted(POSTGRESQL_DRIVERS, key=lambda name: name != wanted)
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
        return name
    raise StoredDataError("no PostgreSQL driver is installed: pip install 'refactorkit[postgresql]'")
