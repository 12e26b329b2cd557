"""`refactorkit check-data` on sqlite: what it finds and how it tells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from refactorkit.stored_data import check_stored_data
from stored_blocks import LOGOS, block_types, database, run

SOURCES = str(Path(__file__).parents[1] / "src")


@pytest.fixture
def blocks(tmp_path: Path) -> Path:
    return block_types(tmp_path)


def test_rejected_and_normalised_values_are_named_by_their_primary_key(blocks: Path) -> None:
    result = check_stored_data(f"sqlite:///{blocks}", "block_type", ["logo_url"])
    expected_errors = {f"b{place}": error for place, (_, _, error) in enumerate(LOGOS) if error}
    assert {misfit.key["id"]: misfit.value for misfit in result.rejected} == {
        key: LOGOS[int(str(key)[1:])][0] for key in expected_errors
    }
    assert all(expected_errors[str(misfit.key["id"])] in str(misfit.error) for misfit in result.rejected)
    assert [(misfit.key, misfit.value, misfit.result) for misfit in result.normalised] == [
        ({"id": f"b{place}"}, value, after) for place, (value, after, _) in enumerate(LOGOS) if after
    ]


def test_the_text_ends_in_a_line_of_counts_and_the_exit_code_is_1(blocks: Path) -> None:
    result = run(blocks, "--table", "block_type", "--column", "logo_url")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == "block_type.logo_url: 6 values, 3 rejected, 2 normalised, 1 null"
    assert "  b4  ''                            Input should be a valid URL, input is empty" in result.stdout
    assert result.stderr == ""


def test_several_columns_are_read_together_and_counted_apart(blocks: Path) -> None:
    result = run(
        blocks, "--table", "block_type", "--column", "logo_url", "--column", "docs", "--column", "docs"
    )
    assert result.stdout.splitlines()[-2:] == [
        "block_type.logo_url: 6 values, 3 rejected, 2 normalised, 1 null",
        "block_type.docs: 7 values, 0 rejected, 0 normalised, 0 null",
    ]
    assert "id  column    value" in result.stdout


def test_nothing_rejected_is_exit_code_0_and_one_value_is_singular(tmp_path: Path) -> None:
    path = database(
        tmp_path / "a.db",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, u TEXT)",
        "INSERT INTO t VALUES (1, 'http://x')",
    )
    result = run(path, "--table", "t", "--column", "u")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (
        0,
        "t.u: 1 value, 0 rejected, 1 normalised, 0 null",
    )


def test_json_is_one_object_with_both_lists_in_full(blocks: Path) -> None:
    result = run(
        blocks, "--table", "block_type", "--column", "logo_url", "--output-format", "json", "--limit", 0
    )
    told = json.loads(result.stdout)
    assert (result.exit_code, told["schema"], told["database"]) == (
        1,
        "refactorkit/stored-data/1",
        f"sqlite:///{blocks}",
    )
    assert told["columns"] == [{"column": "logo_url", "values": 6, "rejected": 3, "normalised": 2, "null": 1}]
    assert told["rejected"][0] == {
        "key": {"id": "b3"},
        "column": "logo_url",
        "value": "logo.png",
        "error": "Input should be a valid URL, relative URL without a base",
    }
    assert told["normalised"][0] == {
        "key": {"id": "b1"}, "column": "logo_url", "value": "https://example.com", "result": "https://example.com/"
    }  # fmt: skip
    assert (len(told["rejected"]), len(told["normalised"]), told["rows"]) == (3, 2, 7)


def test_json_without_misfits_is_still_one_object(blocks: Path) -> None:
    result = run(blocks, "--table", "block_type", "--column", "docs", "--output-format", "json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["rejected"], told["normalised"]) == (0, [], [])


def test_the_limit_shortens_the_list_and_says_how_to_see_the_rest(blocks: Path) -> None:
    result = run(blocks, "--table", "block_type", "--column", "logo_url", "--limit", 1)
    assert "  ... and 2 more: --limit 3 or --output-format json shows all" in result.stdout
    assert "3 rejected" in result.stdout
    assert "logo.png" in result.stdout
    assert "ftp:" not in result.stdout


@pytest.mark.parametrize("name", ["AnyUrl", "pydantic.AnyUrl"])
def test_another_type_accepts_what_it_accepts(blocks: Path, name: str) -> None:
    result = check_stored_data(str(blocks), "block_type", ["logo_url"], type_name=name)
    assert [misfit.value for misfit in result.rejected] == ["logo.png", ""]
    assert result.type == "pydantic.AnyUrl"


@pytest.mark.parametrize(
    ("create", "rows", "keys"),
    [
        ("(a TEXT, b INTEGER, u TEXT, PRIMARY KEY (b, a))", "('x', 2, '')", {"b": 2, "a": "x"}),
        ("(a TEXT, b INTEGER, u TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID", "('x', 2, '')", {"a": "x", "b": 2}),
        ("(a TEXT, b INTEGER, u TEXT)", "('x', 2, '')", {"rowid": 1}),
        ("(rowid TEXT, oid INTEGER, u TEXT)", "('x', 2, '')", {"rowid": 1}),
        ("(rowid TEXT, _rowid_ INTEGER, oid TEXT, u TEXT)", "('x', 2, 'x', '')", {"row": 1}),
        ("(a TEXT PRIMARY KEY, b INTEGER, u TEXT)", "(NULL, 2, '')", {"a": None}),
        ("(a BLOB PRIMARY KEY, u TEXT)", "(x'ff00', '')", {"a": "X'ff00'"}),
        ("(a DATETIME PRIMARY KEY, u URL)", "('not a date', '')", {"a": "not a date"}),
    ],
)
def test_every_kind_of_key_names_its_row(
    tmp_path: Path, create: str, rows: str, keys: dict[str, object]
) -> None:
    path = database(tmp_path / "a.db", f"CREATE TABLE t {create}", f"INSERT INTO t VALUES {rows}")
    result = check_stored_data(str(path), "t", ["u"])
    assert [misfit.key for misfit in result.rejected] == [keys]
    assert bool(result.notes) == (next(iter(keys)) in {"rowid", "row"})


@pytest.mark.parametrize("suffix", ["", " WITHOUT ROWID"])
@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 8, 1000])
def test_each_row_is_read_once_whatever_the_chunk(tmp_path: Path, chunk: int, suffix: str) -> None:
    path = database(
        tmp_path / "a.db",
        f"CREATE TABLE t (k TEXT PRIMARY KEY, u TEXT){suffix}",
        rows=("INSERT INTO t VALUES (?, ?)", [(str(9 - number), "x") for number in range(7)]),
    )
    heard: list[int] = []
    result = check_stored_data(str(path), "t", ["u"], chunk=chunk, progress=heard.append)
    assert sorted(str(misfit.key["k"]) for misfit in result.rejected) == list("3456789")
    assert heard[-1] == 7


def test_a_view_is_read_and_its_rows_are_numbered(blocks: Path) -> None:
    database(blocks, "CREATE VIEW logos AS SELECT logo_url AS u FROM block_type")
    result = check_stored_data(str(blocks), "logos", ["u"], chunk=2)
    assert [misfit.key for misfit in result.rejected] == [{"row": 4}, {"row": 5}, {"row": 6}]
    assert result.notes == (
        "logos has no primary key: rows are named by their place in this reading, from 1",
    )


def test_values_that_are_no_text_are_rejected_and_printed_harmlessly(tmp_path: Path) -> None:
    path = database(
        tmp_path / "a.db",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, u)",
        "INSERT INTO t VALUES (1, 'http://x/' || char(0) || 'y'), (2, CAST(x'687474703a2f2fff' AS TEXT)), (3, x'ff'), (4, 7)",
        "INSERT INTO t VALUES (5, char(27) || '[31mred')",
    )
    for kind in ("text", "json"):
        result = run(path, "--table", "t", "--column", "u", "--output-format", kind)
        assert (result.exit_code, result.exception.__class__) == (1, SystemExit)
        assert not any(letter in result.stdout for letter in "\0\x1b\udcff")
        result.stdout.encode()
        for error in (
            "NUL character at position 9",
            "byte 0xff at position 7",
            "Stored as bytes",
            "Stored as int",
        ):
            assert error in result.stdout


def test_odd_names_are_quoted(tmp_path: Path) -> None:
    path = database(tmp_path / "a.db", 'CREATE TABLE "a.b %s :c ""d" ("k :x" TEXT PRIMARY KEY, "u%:y" TEXT)')
    database(path, """INSERT INTO "a.b %s :c ""d" VALUES ('1', 'x'), ('2', 'x')""")
    result = check_stored_data(str(path), 'a.b %s :c "d', ["u%:y"], chunk=1)
    assert [misfit.key for misfit in result.rejected] == [{"k :x": "1"}, {"k :x": "2"}]


def test_loading_the_command_loads_neither_sqlalchemy_nor_pydantic() -> None:
    program = "import sys, refactorkit.cli.check_data; print({'sqlalchemy', 'pydantic', 'libcst'} & set(sys.modules))"
    environment = {**os.environ, "PYTHONPATH": SOURCES}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout == "set()\n"


def test_memory_stays_flat_over_200_000_rows(tmp_path: Path) -> None:
    path = database(
        tmp_path / "big.db",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, u TEXT)",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)"
        " INSERT INTO t SELECT i, iif(i % 10, 'https://example.com/', 'logo-') || i FROM n",
    )
    program = (
        "import resource, sys\n"
        "from refactorkit.stored_data import check_stored_data\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "seen = {}\n"
        "result = check_stored_data(sys.argv[1], 't', ['u'], progress=lambda rows: seen.setdefault(rows, peak()))\n"
        "print(len(result.rejected), peak() - seen[20000])\n"
    )
    environment = {**os.environ, "PYTHONPATH": SOURCES}
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    rejected, grown = map(int, done.stdout.split())
    assert rejected == 20_000
    assert grown < 4_000, f"{grown} KiB more after 180,000 further rows"
