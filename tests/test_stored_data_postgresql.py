"""`refactorkit check-data` on a real PostgreSQL, started for these tests when one is installed."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from postgresql_server import ENCODED, PASSWORD, execute
from refactorkit.stored_data import StoredDataError, check_stored_data
from refactorkit.stored_data.address import locate
from refactorkit.stored_data.connection import read_only
from stored_blocks import run


def keys(url: str, table: str, chunk: int = 2) -> list[dict[str, object]]:
    return [dict(misfit.key) for misfit in check_stored_data(url, table, ["u"], chunk=chunk).rejected]


LOGOS = (
    "CREATE TABLE block_type (id uuid PRIMARY KEY, logo_url varchar, size int)",
    "INSERT INTO block_type VALUES ('00000000-0000-0000-0000-000000000001', 'https://example.com', 1)",
    "INSERT INTO block_type VALUES ('00000000-0000-0000-0000-000000000002', 'logo.png', 1)",
    "INSERT INTO block_type VALUES ('00000000-0000-0000-0000-000000000003', NULL, 1)",
)


@pytest.mark.parametrize(
    "respell",
    [
        lambda url: url,
        lambda url: url.replace("+psycopg", ""),
        lambda url: url.replace("postgresql+psycopg", "postgres"),
        lambda url: url.replace("+psycopg", "+psycopg2"),
        lambda url: url.replace("+psycopg", "+asyncpg") + "?ssl=prefer&prepared_statement_cache_size=0",
    ],
    ids=["psycopg", "plain", "postgres", "psycopg2", "asyncpg"],
)
def test_application_settings_reach_the_database_and_hide_its_password(
    database: str, respell: Callable[[str], str]
) -> None:
    execute(database, *LOGOS)
    result = run(
        respell(database), "--table", "block_type", "--column", "logo_url", "--output-format", "json"
    )
    told = json.loads(result.stdout)
    assert result.exit_code == 1
    assert told["columns"] == [{"column": "logo_url", "values": 2, "rejected": 1, "normalised": 1, "null": 1}]
    assert told["rejected"][0]["key"] == {"id": "00000000-0000-0000-0000-000000000002"}
    assert "tester:***@127.0.0.1" in told["database"]
    assert PASSWORD not in result.output
    assert ENCODED not in result.output


@pytest.mark.parametrize(
    ("declared", "ordered"),
    [
        ("integer", ["-5", "2", "10", "300", "7000"]),
        ("bigint", ["-9000000000", "2", "10", "9000000000", "9000000001"]),
        ("numeric", ["-0.5", "2", "10", "1e30", "NaN"]),
        ("real", ["0.1", "0.2", "0.3", "1e10", "NaN"]),
        ("text", ["", "B", "a", "a'b:c%d", "ä"]),
        ("char(5)", ["", "B", "a", "a:b", "z"]),
        ("bytea", [r"\x", r"\x00", r"\x01", r"\x0100", r"\xff"]),
        ("date", ["4000-01-01 BC", "0001-01-01", "2020-02-29", "99999-01-01", "infinity"]),
        ("timestamptz", ["2020-01-01 00:00:00.000001+00", "2020-01-01 00:00:00.000002+00", "2021-01-01", "2022-01-01",
                         "infinity"]),
        ("mood", ["small", "medium", "large", "xl", "xxl"]),
        ('"Odd :mood%"', ["z", "y", "x", "w", "v"]),
        ("interval", ["1 day", "2 days", "1 mon", "10 years", "11 years"]),
        ("inet", ["9.0.0.1", "10.0.0.1", "10.0.0.2", "192.168.0.1", "::1"]),
        ("citext", ["a", "B", "c", "D", "e"]),
        ("int[]", ["{1}", "{1,2}", "{2}", "{10}", "{10,1}"]),
        ("boolean", ["false", "true"]),
    ],
)  # fmt: skip
def test_each_row_is_read_once_whatever_the_type_of_its_key(
    database: str, declared: str, ordered: list[str]
) -> None:
    values = ", ".join(f"('{value.replace(chr(39), chr(39) * 2)}', 'x')" for value in reversed(ordered))
    execute(
        database,
        "CREATE TYPE mood AS ENUM ('small', 'medium', 'large', 'xl', 'xxl')",
        """CREATE TYPE "Odd :mood%" AS ENUM ('z', 'y', 'x', 'w', 'v')""",
        "CREATE EXTENSION citext",
        f"CREATE TABLE t (k {declared} PRIMARY KEY, u text)",
        f"INSERT INTO t VALUES {values}",
    )
    for chunk in (1, 2, 5, 1000):
        found = keys(database, "t", chunk)
        assert len(found) == len(ordered)
        if declared in {"integer", "bigint", "mood", "citext"}:
            assert [str(key["k"]) for key in found] == ordered


def test_a_composite_key_is_read_in_its_own_order(database: str) -> None:
    execute(
        database,
        "CREATE TABLE t (a text, u text, b int, c text, PRIMARY KEY (b, a) INCLUDE (c))",
        "INSERT INTO t SELECT chr(96 + a), 'x', b FROM generate_series(1, 3) a, generate_series(1, 3) b",
    )
    for chunk in (1, 2, 4, 9):
        assert keys(database, "t", chunk) == [{"b": b, "a": a} for b in (1, 2, 3) for a in "abc"]


def test_rows_without_a_primary_key_are_named_by_what_there_is(database: str) -> None:
    execute(
        database,
        "CREATE TABLE bare (u text)",
        "INSERT INTO bare VALUES ('http://x/'), ('x')",
        "CREATE VIEW seen AS SELECT u FROM bare",
        "CREATE MATERIALIZED VIEW kept AS SELECT u FROM bare",
        "CREATE TABLE parts (u text) PARTITION BY LIST (u)",
        "CREATE TABLE part_a PARTITION OF parts FOR VALUES IN ('x')",
        "INSERT INTO parts VALUES ('x')",
    )
    assert keys(database, "bare", 1) == [{"ctid": "(0,2)"}]
    assert keys(database, "kept") == [{"ctid": "(0,2)"}]
    assert keys(database, "seen", 1) == [{"row": 2}]
    assert keys(database, "parts") == [{"table": "part_a", "ctid": "(0,1)"}]
    notes = check_stored_data(database, "bare", ["u"]).notes
    assert notes == (
        "bare has no primary key: rows are named by PostgreSQL's ctid, which changes when a row does",
    )


def test_heirs_may_repeat_the_primary_key_of_their_parent(database: str) -> None:
    execute(
        database,
        "CREATE TABLE t (id int PRIMARY KEY, u text)",
        "CREATE TABLE heir () INHERITS (t)",
        "INSERT INTO t VALUES (1, 'x'), (2, 'x')",
        "INSERT INTO heir VALUES (1, 'x'), (2, 'x')",
    )
    assert sorted(str(key["id"]) for key in keys(database, "t", 1)) == ["1", "1", "2", "2"]


def test_a_table_of_another_schema_needs_its_name(database: str) -> None:
    execute(database, 'CREATE SCHEMA "my.app"', 'CREATE TABLE "my.app".t (id int PRIMARY KEY, u text)')
    execute(database, """INSERT INTO "my.app".t VALUES (1, 'x')""")
    assert keys(database, "my.app.t") == [{"id": 1}]
    with pytest.raises(StoredDataError, match=r"^no table 't': did you mean my\.app\.t\?$"):
        keys(database, "t")


def test_a_reader_is_told_that_row_security_hides_rows(database: str) -> None:
    execute(
        database,
        "DROP ROLE IF EXISTS guest",
        "CREATE ROLE guest LOGIN PASSWORD 'guest-secret'",
        "CREATE TABLE t (id int PRIMARY KEY, u text)",
        "INSERT INTO t VALUES (1, 'x'), (2, 'x')",
        "GRANT SELECT ON t TO guest",
        "CREATE POLICY odd ON t USING (id % 2 = 1)",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
    )
    result = check_stored_data(database.replace(f"tester:{ENCODED}", "guest:guest-secret"), "t", ["u"])
    assert (result.rows, len(result.notes)) == (1, 1)
    assert "row-level security hides rows" in result.notes[0]
    assert check_stored_data(database, "t", ["u"]).notes == ()


def test_a_database_without_an_encoding_may_hold_any_bytes(server: str) -> None:
    execute(
        f"{server}/postgres", "CREATE DATABASE salad ENCODING 'SQL_ASCII' TEMPLATE template0", autocommit=True
    )
    url = f"{server}/salad"
    try:
        execute(
            f"{url}?client_encoding=utf8",
            'CREATE TABLE "tä" ("kö" text PRIMARY KEY, u text)',
            """INSERT INTO "tä" VALUES ('ä', 'https://münchen.example/'), (E'\\xff', E'http://x/\\xff'), ('z', 'x')""",
        )
        result = check_stored_data(url, "tä", ["u"], chunk=1)
        assert (result.table, result.rows) == ("tä", 3)
        assert [(m.key, m.value) for m in result.rejected] == [
            ({"kö": "z"}, "x"),
            ({"kö": r"\xff"}, r"http://x/\xff"),
        ]
        assert [(m.key, m.result) for m in result.normalised] == [
            ({"kö": "ä"}, "https://xn--mnchen-3ya.example/")
        ]
    finally:
        execute(f"{server}/postgres", "DROP DATABASE salad", autocommit=True)


@pytest.mark.parametrize("statement", ["DELETE FROM t", "CREATE TABLE x (y int)", "SELECT nextval('s')"])
def test_the_connection_cannot_write(database: str, statement: str) -> None:
    execute(database, "CREATE TABLE t (id int)", "CREATE SEQUENCE s", "INSERT INTO t VALUES (1)")
    with read_only(locate(database)) as connection:
        for _ in range(2):  # also not in the second transaction
            with pytest.raises(DBAPIError, match="read-only transaction"), connection.begin():
                connection.execute(text(statement))


def test_between_two_pages_no_transaction_is_held(database: str) -> None:
    execute(database, "CREATE TABLE t (id int PRIMARY KEY, u text)")
    execute(database, "INSERT INTO t SELECT n, 'x' FROM generate_series(1, 4) n")

    def alter(rows: int) -> None:
        if rows == 2:
            execute(database, "SET lock_timeout = '2s'; ALTER TABLE t ADD COLUMN more int")

    assert check_stored_data(database, "t", ["u"], chunk=2, progress=alter).rows == 4


@pytest.mark.parametrize(
    ("change", "table", "column", "told"),
    [
        (("", ""), "block_typ", "logo_url", "no table 'block_typ': did you mean block_type?"),
        (("", ""), "block_type", "logo_ur", "no column 'logo_ur' in table block_type: did you mean logo_url?"),
        (("", ""), "block_type", "size", "block_type.size is integer, not text: its text columns are logo_url"),
        (("", ""), "broken", "u", "division by zero"),
        ((ENCODED, "hunter2"), "t", "c", 'password authentication failed for user "tester"; check its host, port, database, user and'),
        (("/app", "/absent"), "t", "c", 'database "absent" does not exist'),
        (("@127.0.0.1", "@nowhere.invalid"), "t", "c", "can't connect to postgresql"),
        (("/app", "/app?sslmode=nonsense"), "t", "c", "sslmode"),
        (("/app", "/app?nonsense=1"), "t", "c", "nonsense"),
        (("/app", "/app?connect_timeout=soon"), "t", "c", "can't connect"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_that_says_what_to_do(
    database: str, change: tuple[str, str], table: str, column: str, told: str
) -> None:
    execute(
        database, *LOGOS, "CREATE VIEW broken AS SELECT CAST(1 / (size - 1) AS text) AS u FROM block_type"
    )
    result = run(database.replace(*change) if change[0] else database, "--table", table, "--column", column)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert told in result.stderr
    assert not any(secret in result.stderr for secret in (PASSWORD, ENCODED, "hunter2"))


def test_a_role_that_may_not_read_is_told_so(database: str) -> None:
    execute(database, *LOGOS, "DROP ROLE IF EXISTS guest", "CREATE ROLE guest LOGIN PASSWORD 'guest-secret'")
    url = database.replace(f"tester:{ENCODED}", "guest:guest-secret")
    result = run(url, "--table", "block_type", "--column", "logo_url")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert (
        "permission denied for table block_type; connect as a role that may SELECT from it" in result.stderr
    )
    assert "guest-secret" not in result.stderr


def test_a_server_that_is_down_is_one_line_without_the_password() -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed (pip install 'refactorkit[postgresql]')")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # bound and not listening: refuses, and nobody else can take it
        port = free.getsockname()[1]
        url = f"postgresql://u:{ENCODED}@127.0.0.1:{port}/app?password=other-secret"
        result = run(url, "--table", "t", "--column", "c")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert "refused" in result.stderr
    assert "check its host, port, database, user and password, and that it is up" in result.stderr
    assert not any(secret in result.stderr for secret in (PASSWORD, ENCODED, "other-secret"))
