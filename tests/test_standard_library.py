"""Every codemod over the standard library of the running Python, its tests included, written in place and run again.

The codemods are those of the catalogue. An option that makes candidates of what the standard library holds comes with
those that look for names which it does not have. `make fuzz` takes every tree and option, `make test` the cheap ones.
"""

from __future__ import annotations

import os
import shutil
import sysconfig
from pathlib import Path

import pytest

from plan_properties import compiles, wrong_with_change, wrong_with_plan
from refactorkit import catalogue
from refactorkit.application import Request, apply
from refactorkit.golden import tree
from refactorkit.model import Plan

STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib"))
TREES = [STANDARD_LIBRARY, *(Path(p) for p in os.environ.get("FUZZ_TREES", "").split(os.pathsep) if p)]
"""`make fuzz FUZZ_TREES=folder:folder` takes other trees too: the libraries of other Pythons, unpacked packages."""

FUZZING = bool(os.environ.get("FUZZ_EXAMPLES"))
OPTIONS: dict[str, list[dict[str, str]]] = {
    "http-url": [
        {"lax": "typing.Any", "role": "input"},
        *([{"lax": "str", "role": "input", "todo-fields": "false"}] if FUZZING else []),
    ],
    "change-signature": [
        {"function": "textwrap.indent", "rename": "prefix:lead", "remove": "predicate", "partial": "true"},
        {"function": "json.decoder.JSONDecoder.decode", "add": "strict@0=None,*loud=False"},
        *([{"function": "posixpath.join", "rename": "a:first"}] if FUZZING else []),
    ],
}
"""Options that make a codemod find something; one that isn't listed runs with its defaults."""
RUNS = [(name, options) for name in catalogue.identifiers() for options in OPTIONS.get(name, [{}])]


@pytest.fixture(scope="module", params=TREES, ids=str)
def library(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the standard library or of another tree, without what is installed beside it."""
    folder = tmp_path_factory.mktemp("library") / "lib"
    leave_out = shutil.ignore_patterns("site-packages", "__pycache__", "*.so", "*.a", "*.exe", "config-3*")
    shutil.copytree(request.param, folder, ignore=leave_out, symlinks=True)
    return folder


def written(folder: Path, identifier: str, options: dict[str, str]) -> Plan:
    """The plan of a run at the lowest level, written in place."""
    request = Request(
        codemods=(identifier,),
        paths=(str(folder),),
        options=tuple(options.items()),
        in_place=True,
        level="suggested",
        isolated=True,
    )
    (made,) = apply(request, folder, pytest.fail)
    return made


@pytest.mark.parametrize(("identifier", "options"), RUNS, ids=lambda value: str(value))
def test_nothing_breaks_in_the_standard_library_and_a_second_run_changes_nothing(
    library: Path, identifier: str, options: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    before = tree(library)
    made = written(library, identifier, options)
    after = tree(library)

    # The package `venv` is taken for an environment by its name; nothing else is left out.
    assert made.files.seen >= sum(path.endswith(".py") and "venv/" not in path for path in before) > 0
    assert [*wrong_with_plan(made, before)] == []
    assert {path for path in before.keys() | after.keys() if after.get(path) != before.get(path)} == {
        change.path for change in made.changes
    }
    assert [fault for change in made.changes for fault in wrong_with_change(change)] == []
    assert [failed.path for failed in made.failures if compiles(before[failed.path])] == []
    assert written(library, identifier, options).changes == ()
    restore(library, before, after)


def restore(folder: Path, before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """Undo a run, for the next one."""
    for path in after.keys() - before.keys():
        (folder / path).unlink()
    for path, data in before.items():
        if after.get(path) != data:
            (folder / path).write_bytes(data)
