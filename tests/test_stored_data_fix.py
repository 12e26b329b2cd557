"""`refactorkit check-data --fix` on sqlite: what it writes, and what it never touches."""

from __future__ import annotations

import json
import os
import pty
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from refactorkit.stored_data import StoredDataError, check_stored_data, fix_stored_data
from repositories import command, environment
from stored_blocks import LOGOS, block_types, database, run

SOURCES = str(Path(__file__).parents[1] / "src")
ASKED = ("--table", "block_type", "--column", "logo_url", "--fix")


@pytest.fixture
def blocks(tmp_path: Path) -> Path:
    return block_types(tmp_path)


def rows(
    path: Path, query: str = "SELECT id, logo_url FROM block_type ORDER BY id"
) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def urls(path: Path) -> list[object]:
    return [value for (value,) in rows(path, "SELECT u FROM t ORDER BY rowid")]


def table(path: Path, *values: str, also: str = "", column: str = "u TEXT") -> Path:
    """A table `t` with these values under the keys 1, 2, and so on."""
    return database(
        path,
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, {column})",
        *filter(None, [also]),
        rows=("INSERT INTO t VALUES (?, ?)", list(enumerate(values, 1))),
    )


FIXED = [(f"b{place}", after or value) for place, (value, after, _) in enumerate(LOGOS)]


def test_what_the_type_changes_is_written_and_everything_else_stays(blocks: Path) -> None:
    result = run(blocks, *ASKED, "--yes")
    assert (result.exit_code, result.stderr) == (1, "")  # three are rejected still
    assert result.stdout.endswith("6 values, 3 rejected, 2 normalised, 1 null\n2 values written\n")
    assert rows(blocks) == FIXED
    again = run(blocks, *ASKED, "--yes")
    assert again.stdout.endswith("6 values, 3 rejected, 0 normalised, 1 null\n0 values written\n")
    assert rows(blocks) == FIXED


def test_json_tells_what_was_written(blocks: Path) -> None:
    told = json.loads(run(blocks, *ASKED, "--yes", "--output-format", "json").stdout)
    assert told["fixed"] == {"written": 2, "left": []}
    assert [misfit["key"] for misfit in told["rejected"]] == [{"id": "b3"}, {"id": "b4"}, {"id": "b5"}]
    assert "fixed" not in json.loads(run(blocks, *ASKED[:-1], "--output-format", "json").stdout)


def test_without_a_terminal_somebody_must_have_said_yes(blocks: Path) -> None:
    before = blocks.read_bytes()
    result = run(blocks, *ASKED)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("refactorkit: --fix writes, and nobody can be asked here: add --yes")
    assert result.stderr.count("\n") == 1
    assert blocks.read_bytes() == before


@pytest.mark.parametrize(("flag", "said"), [("--yes", "--yes"), ("--batch=5", "--batch")])
def test_flags_of_fix_need_it(blocks: Path, flag: str, said: str) -> None:
    result = run(blocks, *ASKED[:-1], flag)
    assert (result.exit_code, result.stderr) == (
        2,
        f"refactorkit: {said} has no meaning without --fix: add it\n",
    )


@pytest.mark.parametrize(("answer", "expected"), [("y", FIXED), ("n", None), ("", None)])
def test_on_a_terminal_it_shows_and_asks_first(
    blocks: Path, answer: str, expected: list[tuple[object, ...]] | None
) -> None:
    before = rows(blocks)
    main, other = pty.openpty()
    os.write(main, f"{answer}\n".encode())
    done = subprocess.run(
        command("check-data", str(blocks), *ASKED), stdin=other, stderr=other, stdout=subprocess.PIPE,
        env=environment(TERM="xterm"), check=False, timeout=60,
    )  # fmt: skip
    os.close(other)
    asked = os.read(main, 10_000).decode()
    os.close(main)
    assert f"Write 2 normalised values to block_type in sqlite:///{blocks}? [y/N]" in asked
    assert (done.returncode, b"logo.png" in done.stdout) == (1, True)
    assert done.stdout.decode().endswith(f"{2 if expected else 0} values written\n")
    assert rows(blocks) == (expected or before)


def test_a_value_that_somebody_changed_meanwhile_is_left_and_listed(blocks: Path) -> None:
    checked = check_stored_data(str(blocks), "block_type", ["logo_url"], fix=True)
    database(blocks, "UPDATE block_type SET logo_url = 'HTTP://New' WHERE id = 'b1'")
    fixed = fix_stored_data(str(blocks), checked)
    assert (fixed.written, [misfit.key for misfit in fixed.left]) == (1, [{"id": "b1"}])
    assert rows(blocks) == [("b1", "HTTP://New") if row[0] == "b1" else row for row in FIXED]


def test_a_collation_that_calls_other_values_equal_is_not_asked(tmp_path: Path) -> None:
    path = table(tmp_path / "a.db", "HTTP://a/b", "HTTP://a/c", column="u TEXT COLLATE NOCASE")
    checked = check_stored_data(str(path), "t", ["u"], fix=True)
    database(path, "UPDATE t SET u = 'http://A/B' WHERE id = 1")
    assert fix_stored_data(str(path), checked).written == 1
    assert urls(path) == ["http://A/B", "http://a/c"]


@pytest.mark.parametrize(
    ("column", "also", "told"),
    [
        ("u TEXT CHECK (u <> 'http://c/')", "", "CHECK constraint failed"),
        ("u TEXT UNIQUE", "", "UNIQUE constraint failed: t.u"),
        ("u TEXT", "CREATE TRIGGER no BEFORE UPDATE ON t WHEN new.id = 3 BEGIN SELECT RAISE(ABORT, 'keep out'); END", "keep out"),
        ("u TEXT", "CREATE TRIGGER up AFTER UPDATE ON t WHEN new.id = 3 BEGIN UPDATE t SET u = 'X' WHERE id = 3; END", "the database makes something else of a value"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("batch", [None, 2])
def test_an_error_of_the_database_rolls_back_and_is_one_line(
    tmp_path: Path, column: str, also: str, told: str, batch: int | None
) -> None:
    path = table(
        tmp_path / "a.db",
        "http://a",
        "http://b",
        "http://c",
        "http://c/?",
        "http://C",
        column=column,
        also=also,
    )
    options = () if batch is None else ("--batch", batch)
    result = run(path, "--table", "t", "--column", "u", "--fix", "--yes", *options)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert told in result.stderr
    kept = (
        "nothing was written" if batch is None else "2 values of earlier batches are written, the rest is not"
    )
    assert result.stderr.endswith(f"; {kept}\n")
    first = ["http://a", "http://b"] if batch is None else ["http://a/", "http://b/"]
    assert urls(path) == [*first, "http://c", "http://c/?", "http://C"]


@pytest.mark.parametrize(
    ("create", "wanted", "told"),
    [
        ("TABLE t (u TEXT)", "u", "--fix can't write t: it has no primary key"),
        ("TABLE t (a INT, b INT, u TEXT, PRIMARY KEY (a, b))", "u", "its primary key has several columns (a, b)"),
        ("TABLE t (u TEXT PRIMARY KEY)", "u", "--fix can't write t.u: it is the primary key"),
        ("VIEW t AS SELECT 'http://x' AS u", "u", "--fix can't write t: it has no primary key"),
    ],
)  # fmt: skip
def test_rows_that_cannot_be_told_apart_are_refused_in_one_line(
    tmp_path: Path, create: str, wanted: str, told: str
) -> None:
    path = database(tmp_path / "a.db", f"CREATE {create}")
    result = run(path, "--table", "t", "--column", wanted, "--fix", "--yes")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert told in result.stderr


@pytest.mark.parametrize(
    ("declared", "keys"),
    [
        ("TEXT PRIMARY KEY", ["'a'", "'b'", "NULL"]),
        ("BLOB PRIMARY KEY", ["x'ff00'", "x'00'", "'text'"]),
        ("REAL PRIMARY KEY", ["0.1", "1e300", "-5"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("suffix", ["", " WITHOUT ROWID"])
def test_every_kind_of_key_finds_its_row(tmp_path: Path, declared: str, keys: list[str], suffix: str) -> None:
    keys = [key for key in keys if not (suffix and key == "NULL")]
    values = ", ".join(f"({key}, 'http://h{place}')" for place, key in enumerate(keys))
    path = database(
        tmp_path / "a.db", f"CREATE TABLE t (k {declared}, u TEXT){suffix}", f"INSERT INTO t VALUES {values}"
    )
    result = run(path, "--table", "t", "--column", "u", "--fix", "--yes")
    assert (result.exit_code, result.stderr) == (0, "")
    assert sorted(map(str, rows(path, "SELECT u FROM t"))) == [
        "('http://h0/',)", "('http://h1/',)", "('http://h2/',)"
    ][: len(keys)]  # fmt: skip


def test_a_key_that_is_not_utf_8_is_left(tmp_path: Path) -> None:
    path = database(
        tmp_path / "a.db",
        "CREATE TABLE t (k TEXT PRIMARY KEY, u TEXT) WITHOUT ROWID",
        "INSERT INTO t VALUES (CAST(x'ff' AS TEXT), 'http://x'), ('a', 'http://y')",
    )
    checked = check_stored_data(str(path), "t", ["u"], fix=True)
    fixed = fix_stored_data(str(path), checked)
    assert (fixed.written, [misfit.value for misfit in fixed.left]) == (1, ["http://x"])


def test_foreign_keys_hold_while_it_writes(tmp_path: Path) -> None:
    path = table(tmp_path / "a.db", "http://a", column="u TEXT UNIQUE")
    database(path, "CREATE TABLE other (u TEXT REFERENCES t (u))", "INSERT INTO other VALUES ('http://a')")
    result = run(path, "--table", "t", "--column", "u", "--fix", "--yes")
    assert "FOREIGN KEY constraint failed; nothing was written" in result.stderr
    assert urls(path) == ["http://a"]


@pytest.mark.parametrize(("batch", "at", "kept"), [(None, 1000, 0), (600, 1000, 600), (100, 900, 800)])
def test_an_interrupted_run_keeps_whole_batches_and_the_next_one_does_the_rest(
    tmp_path: Path, batch: int | None, at: int, kept: int
) -> None:
    path = table(tmp_path / "a.db", *(f"http://h{n}" for n in range(1300)))

    def interrupt(values: int) -> None:
        if values >= at:
            raise KeyboardInterrupt

    checked = check_stored_data(str(path), "t", ["u"], fix=True)
    with pytest.raises(KeyboardInterrupt):
        fix_stored_data(str(path), checked, batch=batch, progress=interrupt)
    assert sum(str(value).endswith("/") for value in urls(path)) == kept
    again = ("--batch", batch) if batch else ()
    result = run(path, "--table", "t", "--column", "u", "--fix", "--yes", *again)
    assert result.stdout.endswith(f"{1300 - kept} values written\n")
    assert urls(path) == [f"http://h{n}/" for n in range(1300)]


def test_a_run_that_was_killed_is_undone_by_the_next_one(tmp_path: Path) -> None:
    path = table(tmp_path / "a.db", *(f"http://h{n}?{'x' * 500}" for n in range(1000)))
    program = (  # a small cache, so that the file itself is written before the transaction ends
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA cache_size = 5');"
        "c.execute('UPDATE t SET u = upper(u)'); os._exit(9)"
    )
    before = urls(path)
    killed = subprocess.run([sys.executable, "-c", program, str(path)], check=False)
    assert killed.returncode == 9
    looked = run(path, "--table", "t", "--column", "u")
    assert (looked.exit_code, looked.stderr.count("\n")) == (2, 1)
    assert "has a transaction in a.db-journal that a dead process left" in looked.stderr
    result = run(path, "--table", "t", "--column", "u", "--fix", "--yes")
    assert result.stdout.endswith("1000 values written\n")
    assert urls(path) == [str(value).replace("?", "/?") for value in before]


def test_several_columns_and_odd_names_are_written_together(tmp_path: Path) -> None:
    path = database(
        tmp_path / "a.db", 'CREATE TABLE "a b %s :c ""d" ("k :x" TEXT PRIMARY KEY, "u%:y" TEXT, v TEXT)'
    )
    database(
        path, """INSERT INTO "a b %s :c ""d" VALUES ('1', 'http://a', 'http://b'), ('2', 'x', 'HTTP://c/')"""
    )
    result = run(path, "--table", 'a b %s :c "d', "--column", "u%:y", "--column", "v", "--fix", "--yes")
    assert result.exit_code == 1
    assert rows(path, 'SELECT * FROM "a b %s :c ""d"') == [
        ("1", "http://a/", "http://b/"), ("2", "x", "http://c/")
    ]  # fmt: skip


def test_a_file_that_may_not_be_written_is_one_line(blocks: Path) -> None:
    database(blocks, "PRAGMA journal_mode = wal")
    other = sqlite3.connect(blocks)
    other.execute("BEGIN IMMEDIATE")
    program = (
        "import sys\nfrom refactorkit.stored_data import connection\nconnection.BUSY_SECONDS = 0.2\n"
        "from refactorkit.cli.program import run\nsys.exit(run(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "check-data", str(blocks), *ASKED, "--yes"],
        env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    other.close()
    assert done.returncode == 2
    assert done.stderr == f"refactorkit: {blocks} is locked by another process: try again when it has finished; nothing was written\n"  # fmt: skip


def test_writing_takes_no_more_memory_for_more_rows(tmp_path: Path) -> None:
    path = database(
        tmp_path / "big.db",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, u TEXT)",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
        " INSERT INTO t SELECT i, 'https://example.com?' || i FROM n",
    )
    program = (
        "import resource, sys\n"
        "from refactorkit.stored_data import check_stored_data, fix_stored_data\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "seen = {}\n"
        "checked = check_stored_data(sys.argv[1], 't', ['u'], fix=True)\n"
        "fixed = fix_stored_data(sys.argv[1], checked, progress=lambda n: seen.setdefault(n, peak()))\n"
        "print(fixed.written, peak() - seen[20000])\n"
    )
    environment = {**os.environ, "PYTHONPATH": SOURCES}
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, env=environment, check=True
    )  # fmt: skip
    written, grown = map(int, done.stdout.split())
    assert written == 100_000
    assert grown < 4_000, f"{grown} KiB more for 80,000 further values"


def test_what_the_type_would_change_again_is_left(tmp_path: Path) -> None:
    path = table(tmp_path / "a.db", "file://é//C:", "HTTP://x")
    result = run(path, "--table", "t", "--column", "u", "--type", "AnyUrl", "--fix", "--yes")
    assert result.stdout.endswith("1 value written, 1 left because pydantic.AnyUrl would change them again\n")
    assert urls(path) == ["file://é//C:", "http://x/"]


def test_a_database_that_has_gone_is_one_line(blocks: Path) -> None:
    checked = check_stored_data(str(blocks), "block_type", ["logo_url"], fix=True)
    with pytest.raises(StoredDataError, match=r"no such file: .*; nothing was written$"):
        fix_stored_data(str(blocks.with_name("gone.db")), checked)
