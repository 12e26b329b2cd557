"""`refactorkit check-data --fix` on a real PostgreSQL: nobody else's value is overwritten, and it is all or nothing."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import create_engine

from postgresql_server import ENCODED, PASSWORD, execute
from refactorkit.stored_data import check_stored_data, fix_stored_data
from stored_blocks import run

FIX = ("--table", "t", "--column", "u", "--fix", "--yes")


def rows(url: str, query: str = "SELECT u FROM t ORDER BY id") -> list[Any]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = [row[0] if len(row) == 1 else tuple(row) for row in connection.exec_driver_sql(query)]
    engine.dispose()
    return found


def table(url: str, *values: str, column: str = "u text", key: str = "id serial PRIMARY KEY") -> None:
    written = ", ".join(f"('{value}')" for value in values)
    execute(url, f"CREATE TABLE t ({key}, {column})", f"INSERT INTO t (u) VALUES {written}")


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_what_the_type_changes_is_written_and_everything_else_stays(database: str, driver: str) -> None:
    table(database, "https://example.com", "logo.png", "HTTP://x/", "http://y/", "")
    result = run(database.replace("psycopg", driver), *FIX)
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.endswith("5 values, 2 rejected, 2 normalised, 0 null\n2 values written\n")
    assert rows(database) == ["https://example.com/", "logo.png", "http://x/", "http://y/", ""]
    assert PASSWORD not in result.output
    assert run(database, *FIX).stdout.endswith("0 values written\n")


@pytest.mark.parametrize(
    ("declared", "keys"),
    [
        ("uuid", ["00000000-0000-0000-0000-000000000002", "00000000-0000-0000-0000-00000000000a"]),
        ("text", ["a'':b%c", "ä"]),
        ("char(5)", ["a", "b c"]),
        ("numeric", ["-0.5", "1e30"]),
        ("real", ["0.1", "NaN"]),
        ("timestamptz", ["2020-01-01 00:00:00.000001+00", "infinity"]),
        ("bytea", [r"\x00", r"\xff"]),
        ('"Odd :mood%"', ["z", "y"]),
        ("date", ["4000-01-01 BC", "infinity"]),
        ("bigint", ["-9000000000", "9000000001"]),
    ],
)  # fmt: skip
def test_every_kind_of_key_finds_its_row(database: str, declared: str, keys: list[str]) -> None:
    values = ", ".join(f"('{key}', 'http://x', 'HTTP://y/')" for key in keys)
    execute(
        database,
        """CREATE TYPE "Odd :mood%" AS ENUM ('z', 'y')""",
        f'CREATE TABLE "s t" (k {declared} PRIMARY KEY, u text, "v:%" varchar(20))',
        f'INSERT INTO "s t" VALUES {values}',
    )
    result = run(database, "--table", "s t", "--column", "u", "--column", "v:%", "--fix", "--yes")
    assert (result.exit_code, result.stderr) == (0, "")
    assert rows(database, 'SELECT u, "v:%%" FROM "s t"') == [("http://x/", "http://y/")] * 2


@pytest.mark.parametrize(
    "meanwhile", ["UPDATE t SET u = 'HTTP://New' WHERE id = 1", "DELETE FROM t WHERE id = 1"]
)
def test_it_waits_for_a_writer_and_leaves_what_that_wrote(database: str, meanwhile: str) -> None:
    table(database, "http://a", "http://b")
    checked = check_stored_data(database, "t", ["u"], fix=True)
    engine = create_engine(database)
    fixed: list[Any] = []
    fixing = threading.Thread(target=lambda: fixed.append(fix_stored_data(database, checked)))
    with engine.begin() as other:
        other.exec_driver_sql(meanwhile)
        fixing.start()
        fixing.join(1)
        assert fixing.is_alive()  # waits for the row
    fixing.join(30)
    engine.dispose()
    assert (fixed[0].written, [misfit.key for misfit in fixed[0].left]) == (1, [{"id": 1}])
    assert rows(database) == [*(["HTTP://New"] if "UPDATE" in meanwhile else []), "http://b/"]


@pytest.mark.parametrize(
    "column", ["u citext", "u text COLLATE nobody_cares", "u character(30)", "u some_url", "u varchar(30)"]
)
def test_values_are_compared_letter_by_letter_whatever_the_type_calls_equal(
    database: str, column: str
) -> None:
    execute(
        database,
        "CREATE EXTENSION citext",
        "CREATE COLLATION nobody_cares (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
        "CREATE DOMAIN some_url AS text CHECK (VALUE <> '')",
    )
    table(database, "HTTP://a/b", "HTTP://a/c", column=column)
    checked = check_stored_data(database, "t", ["u"], fix=True)
    execute(database, "UPDATE t SET u = 'http://A/B' WHERE id = 1")
    assert fix_stored_data(database, checked).written == 1
    assert [value.rstrip() for value in rows(database)] == ["http://A/B", "http://a/c"]


ALTER = """CREATE FUNCTION alter_it() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN IF new.id = 3 THEN {} END IF; RETURN new; END $$"""
BEFORE = "CREATE TRIGGER alter_it BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION alter_it()"


@pytest.mark.parametrize(
    ("column", "body", "told"),
    [
        ("u text CHECK (u <> 'http://c/')", "", "violates check constraint"),
        ("u text UNIQUE", "", "(Key (u)=(http://c/) already exists.)"),
        ("u varchar(8)", "", "value too long for type character varying(8)"),
        ("u name", "", "the database makes something else of a value that is written"),
        ("u text", "new.u := 'other';", "the database makes something else of a value that is written"),
        ("u text", "RAISE EXCEPTION 'keep out';", "keep out"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("batch", [None, 2])
def test_an_error_of_the_database_rolls_back_and_is_one_line(
    database: str, column: str, body: str, told: str, batch: int | None
) -> None:
    long = "http://c" + (f"/{'a' * 51}é" if column == "u name" else "")
    values = (
        ["http:a", "http:b", long, "HTTP://c"]
        if "varchar" in column
        else ["http://a", "http://b", long, "HTTP://c"]
    )
    table(database, *values, column=column)
    if body:
        execute(database, ALTER.format(body), BEFORE)
    result = run(database, *FIX, *(("--batch", batch) if batch else ()))
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result.output
    assert told in result.stderr
    kept = (
        "2 values of earlier batches are written, the rest is not"
        if batch and "varchar" not in column
        else "nothing was written"
    )
    assert result.stderr.endswith(f"; {kept}\n")
    assert rows(database)[-2:] == values[-2:]
    assert (rows(database)[:2] == values[:2]) == (kept == "nothing was written")


def test_rows_that_cannot_be_told_apart_are_refused_in_one_line(database: str) -> None:
    execute(
        database,
        "CREATE TABLE bare (u text)",
        "CREATE TABLE pair (a int, b int, u text, PRIMARY KEY (b, a))",
        "CREATE TABLE parent (id int PRIMARY KEY, u text)",
        "CREATE TABLE heir () INHERITS (parent)",
        "CREATE VIEW seen AS SELECT * FROM parent",
    )
    told = {
        "bare": "no primary key",
        "seen": "no primary key",
        "pair": "several columns (a, b)",
        "parent": "inherit",
    }
    for name, why in told.items():
        result = run(database, "--table", name, "--column", "u", "--fix", "--yes")
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
        assert why in result.stderr


def test_a_role_that_may_only_read_is_told_so(database: str) -> None:
    table(database, "http://a")
    execute(
        database,
        "DROP ROLE IF EXISTS guest",
        "CREATE ROLE guest LOGIN PASSWORD 'guest-secret'",
        "GRANT SELECT ON t TO guest",
    )
    result = run(database.replace(f"tester:{ENCODED}", "guest:guest-secret"), *FIX)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert (
        "permission denied for table t; connect as a role that may UPDATE it; nothing was written"
        in result.stderr
    )
    assert "guest-secret" not in result.output


def test_a_partitioned_table_is_written_through_its_parent(database: str) -> None:
    execute(
        database,
        "CREATE TABLE t (id int PRIMARY KEY, u text) PARTITION BY RANGE (id)",
        "CREATE TABLE low PARTITION OF t FOR VALUES FROM (0) TO (10)",
        "CREATE TABLE high PARTITION OF t FOR VALUES FROM (10) TO (20)",
        "INSERT INTO t VALUES (1, 'http://a'), (11, 'http://b')",
    )
    assert run(database, *FIX).stdout.endswith("2 values written\n")
    assert rows(database) == ["http://a/", "http://b/"]


def test_a_database_without_an_encoding_keeps_its_bytes(server: str) -> None:
    execute(
        f"{server}/postgres", "CREATE DATABASE salad ENCODING 'SQL_ASCII' TEMPLATE template0", autocommit=True
    )
    url = f"{server}/salad"
    try:
        execute(
            f"{url}?client_encoding=utf8",
            'CREATE TABLE "tä" (id text PRIMARY KEY, "ü" text)',
            """INSERT INTO "tä" VALUES (E'\\xff', 'http://münchen.example'), ('ä', 'http://x/é'), ('z', E'http://x/\\xff')""",
        )
        result = run(url, "--table", "tä", "--column", "ü", "--fix", "--yes")
        assert result.stdout.endswith("3 values, 1 rejected, 2 normalised, 0 null\n2 values written\n")
        assert rows(f"{url}?client_encoding=latin1", """SELECT "ü" FROM "tä" ORDER BY id""".encode().decode("latin1")) == [
            "http://x/\xff", "http://x/%C3%A9", "http://xn--mnchen-3ya.example/"
        ]  # fmt: skip
    finally:
        execute(f"{server}/postgres", "DROP DATABASE salad", autocommit=True)


def test_an_interrupted_run_keeps_whole_batches_and_the_next_one_does_the_rest(database: str) -> None:
    table(database, *(f"http://h{n}" for n in range(1300)))

    def interrupt(values: int) -> None:
        if values >= 1000:
            raise KeyboardInterrupt

    for batch, kept in ((None, 0), (600, 600)):
        checked = check_stored_data(database, "t", ["u"], fix=True)
        with pytest.raises(KeyboardInterrupt):
            fix_stored_data(database, checked, batch=batch, progress=interrupt)
        assert sum(value.endswith("/") for value in rows(database)) == kept
    assert run(database, *FIX, "--batch", 600).stdout.endswith("700 values written\n")
    assert rows(database) == [f"http://h{n}/" for n in range(1300)]
