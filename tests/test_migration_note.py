"""The migration note says only what pydantic, sqlite and the command line confirm."""

from __future__ import annotations

import re
import shlex
import sqlite3
from pathlib import Path

import pydantic
import pytest
from pydantic import TypeAdapter, ValidationError

from refactorkit.analysis.migration_note import (
    CHECKABLE,
    NORMALISED,
    REJECTED,
    Claim,
    UrlField,
    migration_note,
)
from stored_blocks import block_types, run

STORED = UrlField(
    model="app.schemas.BlockType", field="logo", path="app/schemas.py", line=7, role="stored",
    table="block_type", column="logo_url", alias="StoredUrl",
)  # fmt: skip
DOCS = UrlField(
    model="app.schemas.BlockType",
    field="docs",
    path="app/schemas.py",
    line=9,
    role="stored",
    table="block_type",
)
INPUT = UrlField(
    model="app.actions.BlockTypeCreate", field="logo_url", path="app/actions.py", line=3, role="input"
)
ALIASES = {"input": "StrictUrl", "stored": "StoredUrl"}


def note(*fields: UrlField, strict: str = "pydantic.HttpUrl", stored: str = "keep") -> str:
    return migration_note(fields, strict=strict, aliases=ALIASES, stored=stored)


def blocks_of(text: str, language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("kind", CHECKABLE)
@pytest.mark.parametrize("claim", [*NORMALISED, *REJECTED], ids=lambda claim: claim.what)
def test_each_claim_holds_for_exactly_the_types_it_names(claim: Claim, kind: str) -> None:
    try:
        result = str(TypeAdapter(getattr(pydantic, kind)).validate_python(claim.value))
    except ValidationError:
        result = None
    assert (result == claim.result) == (kind in claim.types)
    assert result != claim.value or kind not in claim.types


def test_one_character_less_than_too_long_is_accepted() -> None:
    too_long = next(claim.value for claim in REJECTED if "2083" in claim.what)
    assert (len(too_long), str(TypeAdapter(pydantic.HttpUrl).validate_python(too_long[:-1]))) == (
        2084,
        too_long[:-1],
    )


def test_the_commands_of_the_note_run_as_they_stand(tmp_path: Path) -> None:
    commands = blocks_of(note(STORED, DOCS, INPUT), "sh").replace("$DATABASE_URL", str(block_types(tmp_path)))
    words = shlex.split(commands)
    assert words[:2] == ["refactorkit", "check-data"]
    result = run(*words[2:])
    assert (result.exit_code, result.stderr) == (1, "")
    assert "block_type.docs: 7 values" in result.stdout
    assert "block_type.logo_url: 6 values, 3 rejected" in result.stdout


def test_the_sql_of_the_note_finds_the_rows_with_another_scheme(tmp_path: Path) -> None:
    sql = blocks_of(note(STORED), "sql")
    connection = sqlite3.connect(block_types(tmp_path))
    found = [row[0] for row in connection.execute(sql)]
    connection.close()
    assert found == ["b3", "b4", "b5"]


def test_an_unknown_table_is_a_placeholder_unless_another_field_tells() -> None:
    lost = UrlField(model="app.Lost", field="link", path="app/lost.py", line=1, role="stored")
    assert "--table TABLE --column link\n" in note(lost)
    assert "SELECT * FROM TABLE_NAME\n" in note(lost)
    assert "TABLE " not in note(STORED, INPUT)


def test_the_note_says_what_each_way_of_reading_stored_values_means() -> None:
    assert "one that it rejects is returned unchanged" in " ".join(note(STORED).split())
    assert "replace `StoredUrl` by `StrictUrl`" in " ".join(note(STORED).split())
    rejecting = " ".join(note(STORED, stored="reject").split())
    assert "Check and clean the data before" in rejecting
    assert "unchanged" not in rejecting
    assert "## Finish" not in rejecting


def test_only_input_fields_change_the_answers_to_clients() -> None:
    assert "422" in note(INPUT)
    assert "422" not in note(STORED)
    assert "already stored" not in note(INPUT)


@pytest.mark.parametrize("strict", ["pydantic.HttpUrl", "pydantic.AnyUrl", "app.types.SecureUrl"])
@pytest.mark.parametrize("stored", ["keep", "reject"])
def test_the_note_is_tidy_and_does_not_depend_on_the_order_of_its_fields(strict: str, stored: str) -> None:
    far = UrlField(
        model="a" * 40 + ".B",
        field="c" * 40,
        path="d/" * 30,
        line=1,
        role="stored",
        table="E f",
        column="g" * 60,
    )
    text = note(STORED, INPUT, DOCS, far, strict=strict, stored=stored)
    assert text == note(far, DOCS, INPUT, STORED, DOCS, strict=strict, stored=stored)
    assert text.endswith(".\n")
    assert "\n\n\n" not in text
    for line in text.splitlines():
        assert line == line.rstrip()
        assert len(line) <= 100 or not re.search(r"\S \S", line[2:])
    assert ("--type pydantic.AnyUrl" in text) == (strict == "pydantic.AnyUrl")
    assert ("does not know `app.types.SecureUrl`" in text) == (strict == "app.types.SecureUrl")
