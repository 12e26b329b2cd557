"""The reference pages are made from the code, and are checked in so that they can be read on the web."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactorkit import catalogue
from refactorkit.config import ConfigError
from refactorkit.report.reference import SHARED, page

PAGES = Path(__file__).resolve().parent.parent / "docs" / "reference"


@pytest.mark.parametrize("name", [*SHARED, *catalogue.identifiers()])
def test_a_page_says_what_the_code_says(name: str) -> None:
    path = PAGES / f"{name}.md"
    assert path.is_file(), "run `make docs`"
    assert path.read_text("utf-8") == page(name), "run `make docs`"


@pytest.mark.parametrize("name", catalogue.identifiers())
def test_every_option_and_reason_is_explained(name: str) -> None:
    assert [option.name for option in catalogue.options(name) if not option.help] == []
    assert [reason.code for reason in catalogue.reasons(name) if not reason.help] == []
    text = page(name)
    assert all(f"| `{entry.name}` |" in text for entry in catalogue.options(name))
    assert all(f"| `{entry.code}` |" in text for entry in catalogue.reasons(name))


def test_no_page_is_left_of_a_codemod_that_is_gone() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} == {*SHARED, *catalogue.identifiers()}


def test_a_page_of_nothing_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean http-url"):
        page("http-ulr")
