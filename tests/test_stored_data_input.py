"""`refactorkit check-data` on sqlite: which databases it opens, that it writes nothing, and what it says when it can't."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from refactorkit.stored_data import StoredDataError, check_stored_data
from refactorkit.stored_data.address import locate
from refactorkit.stored_data.connection import read_only
from stored_blocks import LOGOS, block_types, database, run


@pytest.fixture
def blocks(tmp_path: Path) -> Path:
    return block_types(tmp_path)


@contextmanager
def as_nobody() -> Iterator[None]:
    """For root, who may read everything: for a while somebody who may not."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()}


@pytest.mark.parametrize(
    "given",
    [
        "{}",
        "sqlite:///{}",
        "sqlite+aiosqlite:///{}",
        "sqlite+pysqlite:///{}",
        "sqlite:///file:{}?mode=rwc&uri=true",
    ],
)
def test_application_settings_and_plain_paths_reach_the_file(blocks: Path, given: str) -> None:
    assert check_stored_data(given.format(blocks), "main.block_type", ["LOGO_URL"]).rows == len(LOGOS)


@pytest.mark.parametrize(
    ("url", "table", "column", "told"),
    [
        ("{}", "block_typ", "logo_url", "no table 'block_typ': did you mean block_type?"),
        ("{}", "zzz", "logo_url", "no table 'zzz': there are block_type"),
        ("{}", "block_type", "logo", "no column 'logo' in table block_type: did you mean logo_url?"),
        ("{}", "block_type", "size", "block_type.size is INTEGER, not text: its text columns are id, logo_url, docs"),
        ("mysql://root:hunter2@localhost/x", "t", "c", "check-data can't read mysql databases: give sqlite:///"),
        ("{}.absent", "t", "c", "no such file: {}.absent"),
        ("sqlite:///{}.absent", "t", "c", "no such file: {}.absent"),
        ("sqlite:///:memory:", "t", "c", "an in-memory sqlite database has no stored values"),
        ("sqlite+aiosqlite:///file::memory:?uri=true", "t", "c", "an in-memory sqlite database has no stored values"),
        ("sqlite://app.db", "t", "c", "a sqlite URL has three slashes before a relative path"),
        ("", "t", "c", "the database URL is empty"),
        ("postgresql://u:hunter2@localhost:port/x", "t", "c", "the database URL can't be read"),
        ("postgresql:/u:hunter2@localhost/x", "t", "c", "this is neither a database URL nor a file"),
        ("postgresql://u:hunter2@localhost", "t", "c", "the URL names no database"),
        (__file__, "t", "c", "test_stored_data_input.py is not a sqlite database"),
        (str(Path(__file__).parent), "t", "c", "is not a file"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_that_says_what_to_do(
    blocks: Path, url: str, table: str, column: str, told: str
) -> None:
    result = run(url.format(blocks), "--table", table, "--column", column)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert f"refactorkit: {told.format(blocks)}" in result.stderr or told in result.stderr
    assert "hunter2" not in result.stderr
    assert os.listdir(blocks.parent) == ["app.db"]


def test_an_unknown_type_names_the_nearest(blocks: Path) -> None:
    result = run(blocks, "--table", "block_type", "--column", "logo_url", "--type", "HttpsUrl")
    assert (result.exit_code, result.stderr) == (
        2,
        "refactorkit: no URL type 'HttpsUrl': --type takes HttpUrl\n",
    )


def test_an_empty_file_has_no_tables(tmp_path: Path) -> None:
    (tmp_path / "a.db").touch()
    with pytest.raises(StoredDataError, match="no table 't': there are no tables that this user may see"):
        check_stored_data(str(tmp_path / "a.db"), "t", ["u"])


def test_a_damaged_file_is_one_line(blocks: Path) -> None:
    whole = blocks.read_bytes()
    blocks.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    result = run(blocks, "--table", "block_type", "--column", "logo_url")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "malformed" in result.stderr


@pytest.mark.parametrize("barred", ["file", "folder"])
def test_a_file_that_may_not_be_read_is_one_line(blocks: Path, barred: str) -> None:
    (blocks if barred == "file" else blocks.parent).chmod(0)
    with as_nobody():
        result = run(blocks, "--table", "block_type", "--column", "logo_url")
    (blocks if barred == "file" else blocks.parent).chmod(0o700)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "Permission denied; check its permissions" in result.stderr


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_reading_changes_no_file_and_creates_none(blocks: Path, mode: str) -> None:
    database(blocks, f"PRAGMA journal_mode = {mode}")
    before = files(blocks.parent)
    assert check_stored_data(str(blocks), "block_type", ["logo_url"]).rows == len(LOGOS)
    assert files(blocks.parent) == before


def test_a_database_in_use_shows_what_its_log_holds(blocks: Path) -> None:
    application = sqlite3.connect(blocks)
    application.execute("PRAGMA journal_mode = wal")
    application.execute("INSERT INTO block_type VALUES ('new', 'x', '', 1)")
    application.commit()
    before = sorted(os.listdir(blocks.parent))
    assert check_stored_data(str(blocks), "block_type", ["logo_url"]).rows == len(LOGOS) + 1
    assert sorted(os.listdir(blocks.parent)) == before
    application.close()


def test_a_log_left_over_without_its_index_is_refused_rather_than_merged(
    blocks: Path, tmp_path: Path
) -> None:
    application = sqlite3.connect(blocks)
    application.execute("PRAGMA journal_mode = wal")
    application.execute("DELETE FROM block_type")
    application.commit()
    (tmp_path / "copy").mkdir()
    for name in ("app.db", "app.db-wal"):
        shutil.copy(blocks.parent / name, tmp_path / "copy" / name)
    application.close()
    result = run(tmp_path / "copy" / "app.db", "--table", "block_type", "--column", "logo_url")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "PRAGMA wal_checkpoint(TRUNCATE)" in result.stderr
    assert sorted(os.listdir(tmp_path / "copy")) == ["app.db", "app.db-wal"]


def test_a_writer_can_commit_between_two_pages(blocks: Path) -> None:
    def write(rows: int) -> None:
        if rows == 2:
            database(blocks, "INSERT INTO block_type VALUES ('late', 'x', '', 1)")

    result = check_stored_data(str(blocks), "block_type", ["logo_url"], chunk=2, progress=write)
    assert result.rows == len(LOGOS) + 1


def test_a_locked_database_is_one_line(blocks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("refactorkit.stored_data.connection.BUSY_SECONDS", 0.05)
    writer = sqlite3.connect(blocks, isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    result = run(blocks, "--table", "block_type", "--column", "logo_url")
    writer.close()
    assert result.exit_code == 2
    assert (
        result.stderr
        == f"refactorkit: {blocks} is locked by another process: try again when it has finished\n"
    )


def test_the_connection_cannot_write(blocks: Path) -> None:
    with read_only(locate(str(blocks))) as connection:
        for statement in ("DELETE FROM block_type", "CREATE TABLE x (y)", "PRAGMA journal_mode = wal"):
            with pytest.raises(OperationalError, match="readonly"):
                connection.execute(text(statement))
            connection.rollback()


def test_without_a_driver_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("psycopg", "psycopg2"):
        monkeypatch.setitem(sys.modules, name, None)
    result = run("postgresql+asyncpg://u:hunter2@localhost/x", "--table", "t", "--column", "c")
    assert result.exit_code == 2
    assert result.stderr == (
        "refactorkit: no PostgreSQL driver is installed: pip install 'refactorkit[postgresql]'\n"
    )
