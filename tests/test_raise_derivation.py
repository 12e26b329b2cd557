"""What is derived from the source of the standard library, and whether the file that holds it is current."""

from __future__ import annotations

import importlib.util
import sys
import sysconfig
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from refactorkit.analysis.raise_derivation import (
    PREFIX,
    Derived,
    annotated,
    derived,
    joined,
    library,
    text_of,
    with_types,
)
from refactorkit.raise_knowledge import canonical

SAMPLE = {
    "made/__init__.py": b"",
    "made/reading.py": b"""import json
from made.places import where

class Broken(Exception):
    pass

def read(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise Broken(text) from error

def at(key: int) -> int:
    return where(key)

def anything(given):
    return given()
""",
    "made/places.py": b"""def where(key: int) -> int:
    places = {1: 2}
    return places[key]
""",
}


def test_a_function_is_derived_when_all_that_it_calls_is_known() -> None:
    found = derived(SAMPLE, (3, 11))
    assert {name: entry.raises for name, entry in found.items()} == {
        "made.reading.read": ("made.reading.Broken",),
        "made.reading.at": ("KeyError",),
        "made.places.where": ("KeyError",),
    }


def test_stubs_say_what_parameters_are() -> None:
    stub = b"def f(a: str, b: list[str] | None, c: AnyStr) -> None: ...\n"
    assert (
        annotated(b"def f(a, b, c):\n    pass\n", stub) == b"def f(a: str, b: list[str] | None, c):\n    pass"
    )


def stub_folder() -> Path:
    """Where mypy keeps the stubs of the standard library."""
    spec = importlib.util.find_spec("mypy")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("mypy isn't installed: make .venv")
    return Path(spec.submodule_search_locations[0]) / "typeshed" / "stdlib"


def test_the_file_of_derived_entries_is_as_the_generator_writes_it() -> None:
    text = (files("refactorkit.raise_knowledge") / "derived.toml").read_text("utf-8")
    entries = [
        Derived(entry["callees"][0], tuple(entry["raises"]), tuple(entry.get("assumes", ())))
        for entry in tomllib.loads(text)["entry"]
    ]
    assert text_of(entries, [(3, 11), (3, 12), (3, 13)]) == text
    every = {f"{PREFIX}.{entry.callee}": entry for entry in entries}
    assert joined([every]) == entries


def test_derived_entries_are_current() -> None:
    text = (files("refactorkit.raise_knowledge") / "derived.toml").read_text("utf-8")
    known = {entry["callees"][0]: set(entry["raises"]) for entry in tomllib.loads(text)["entry"]}
    modules = {name.rpartition(".")[0] for name in known}
    every = library(Path(sysconfig.get_paths()["stdlib"]))
    paths = sorted(
        path
        for path in every
        if path.removeprefix(f"{PREFIX}/").removesuffix(".py").replace("/", ".") in modules
    )[:12]
    packages = {f"{parent}/__init__.py": b"" for path in paths for parent in list(Path(path).parents)[:-1]}
    chosen = packages | {path: every[path] for path in paths}
    found = {
        canonical(name.removeprefix(f"{PREFIX}.")): {kind.removeprefix(f"{PREFIX}.") for kind in entry.raises}
        for name, entry in derived(with_types(chosen, stub_folder()), sys.version_info[:2]).items()
    }
    here = {path.removeprefix(f"{PREFIX}/").removesuffix(".py").replace("/", ".") for path in paths}
    wanted = {name: raises for name, raises in known.items() if name.rpartition(".")[0] in here}
    assert len(wanted) > 10
    assert {name for name, raises in wanted.items() if not found.get(name, {""}) <= raises} == set()
