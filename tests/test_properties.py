"""What holds for every codemod on every project: on golden cases written differently, and on source code at random.

The codemods are those of the catalogue, so that a new one is covered by its golden cases the day it lands. `make fuzz`
runs these tests for minutes with other seeds; `make test` always runs the same examples.
"""

from __future__ import annotations

import os
import warnings
from importlib import import_module
from importlib.util import find_spec

import msgspec
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from mutated_projects import Files, described, joined_projects, mutated_projects, starting_points
from plan_properties import LOWEST, complaints, discovered
from refactorkit import catalogue
from refactorkit.config import ConfigError
from refactorkit.pipeline import plan

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
FUZZ = settings(
    max_examples=EXAMPLES or 60,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
CODEMODS = catalogue.identifiers()
JOINED = {"change-signature": {"function": "app.mod.Store.load", "rename": ["key:name"]}}
"""Options for all golden cases of a codemod as one project, where it does nothing unasked."""


def module_of(identifier: str) -> str:
    """The module that makes projects for a codemod, where there is one: `projects()` draws options and files."""
    return f"projects_for_{identifier.replace('-', '_')}"


@pytest.mark.parametrize("identifier", CODEMODS)
@FUZZ
@given(data=st.data())
def test_golden_cases_written_differently_keep_every_property(identifier: str, data: st.DataObject) -> None:
    options, files = data.draw(mutated_projects(identifier))
    check_properties(identifier, options, files)


@pytest.mark.parametrize("identifier", CODEMODS)
@settings(FUZZ, max_examples=EXAMPLES or 8)
@given(data=st.data())
def test_source_code_at_random_beside_a_golden_case_keeps_every_property(
    identifier: str, data: st.DataObject
) -> None:
    options, files = data.draw(joined_projects(identifier))
    check_properties(identifier, options, files)


@pytest.mark.parametrize(
    "identifier", [name for name in catalogue.identifiers() if find_spec(module_of(name))]
)
@FUZZ
@given(data=st.data())
def test_projects_made_for_a_codemod_keep_every_property(identifier: str, data: st.DataObject) -> None:
    options, files = data.draw(import_module(module_of(identifier)).projects())
    check_properties(identifier, options, files)


@pytest.mark.parametrize("identifier", CODEMODS)
def test_two_workers_do_what_one_does_with_every_golden_case_in_one_project(identifier: str) -> None:
    """As one project the cases are enough files for a pool, and each meets the names of all others."""
    files = {
        f"{name}/{path}": data
        for name, _, before in starting_points(identifier)
        for path, data in before.items()
    }
    codemod = catalogue.create(identifier, JOINED.get(identifier, {}))
    one = plan(codemod, discovered(files), LOWEST)
    two = plan(codemod, discovered(files), msgspec.structs.replace(LOWEST, jobs=2))

    assert one.outcomes == two.outcomes
    assert one.findings
    assert complaints(codemod, files) == []


def check_properties(identifier: str, options: dict[str, object], files: Files) -> None:
    """Fail with what is wrong, and with the project as it can be pasted into a test."""
    codemod = catalogue.create(identifier, options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            wrong = complaints(codemod, files)
        except ConfigError as error:  # what an option names is gone from the project
            wrong = [f"more than one line: {error}"] if "\n" in str(error) else []
    if wrong:
        note(described(codemod, files))
    assert "\n".join(wrong) == ""
