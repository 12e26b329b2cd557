"""What authors of codemods import is public, cheap to ask for, and all that the shipped codemods have."""

from __future__ import annotations

import ast
import importlib
import inspect
import shutil
import subprocess
import sys
from pathlib import Path
from types import UnionType

import pytest

import refactorkit
from refactorkit import catalogue, golden
from repositories import ROOT, environment

SHIPPED = sorted((ROOT / "codemods").glob("[!_]*.py"))


def test_importing_the_package_loads_nothing() -> None:
    script = (
        "import sys, refactorkit; before = set(sys.modules); names = dir(refactorkit); assert 'Codemod' in names\n"
        "heavy = {'libcst', 'msgspec', 'typer', 'git', 'rich'} & {n.partition('.')[0] for n in sys.modules}\n"
        "assert not heavy, heavy\n"
        "from refactorkit import Codemod\n"
        "assert not any(n.startswith(('libcst', 'git', 'typer')) for n in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", refactorkit.__all__)
def test_every_public_name_is_there_and_explained(name: str) -> None:
    found = getattr(refactorkit, name)
    assert found is getattr(importlib.import_module(f"refactorkit.{refactorkit.HOMES[name]}"), name)
    assert isinstance(found, UnionType) or inspect.getdoc(found)


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse((ROOT / "src" / "refactorkit" / "__init__.py").read_text())
    seen = {
        alias.asname for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert seen >= set(refactorkit.__all__)


def test_a_name_that_is_not_public_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Pipeline'"):
        refactorkit.Pipeline  # noqa: B018


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_codemods_import_nothing_private(path: Path) -> None:
    names = imported(path)
    assert [name for name in names if any(part.startswith("_") for part in name.split("."))] == []
    engine = {f"refactorkit.{home}" for home in refactorkit.HOMES.values()}
    of_the_engine = [name for name in names if name.rpartition(".")[0] in engine]
    assert of_the_engine
    assert [name for name in of_the_engine if name.rpartition(".")[2] not in refactorkit.__all__] == []


def imported(path: Path) -> list[str]:
    """The dotted names of everything that a file imports from refactorkit, also inside of functions."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("refactorkit"):
            found += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.startswith("refactorkit")]
    return found


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_codemod_works_as_well_from_somebody_elses_folder(path: Path, tmp_path: Path) -> None:
    """The engine treats none of them by name: three cases of each, from a copy under another id."""
    own = f"my_{path.stem}"
    shutil.copy(path, tmp_path / f"{own}.py")
    identifier = own.replace("_", "-")
    assert catalogue.load(identifier, tmp_path).identifier() == identifier
    cases = golden.cases(ROOT / "golden", path.stem.replace("_", "-"))
    chosen = [*[c for c in cases if c.is_noop][:1], *[c for c in cases if not c.is_noop][:2]]
    for case in chosen:
        copied = golden.Case(identifier, case.name, case.folder)
        assert list(golden.problems(copied, tmp_path)) == []
