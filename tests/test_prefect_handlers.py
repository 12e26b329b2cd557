"""narrow-except on Prefect 3.6.16: every broad handler is in the ledger, and none that guards user code is changed.

Handlers are counted here by the syntax tree alone, without anything of refactorkit.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import subjects
from refactorkit.demo import subject_archive
from refactorkit.model import Level
from test_prefect import REQUIREMENTS

pytestmark = pytest.mark.network

BRANCH = "refactorkit/narrow-except"
BROAD = {"Exception", "BaseException"}


@dataclass(frozen=True)
class Run:
    """Prefect as a repository after one run of narrow-except: what the run said, and both trees."""

    repository: Path
    plan: dict[str, Any]
    before: dict[str, bytes]
    tree: Path

    @property
    def handlers(self) -> list[dict[str, Any]]:
        """The findings about handlers."""
        return [f for f in self.plan["findings"] if "witness" in f["evidence"]]


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One run with default options, on a branch."""
    folder = tmp_path_factory.mktemp("handlers")
    repository = folder / "repository"
    files = dict(subject_archive("prefect"))
    subjects.lay_out_repository(files, repository)
    done = subjects.refactorkit(repository, "apply", "narrow-except", "src/", "--output-format", "json")
    assert done.returncode == 0, done.stderr
    tree = subjects.export(repository, BRANCH, folder / "tree")
    return Run(repository, json.loads(done.stdout), files, tree)


def broad_handlers(data: bytes) -> Iterator[tuple[int, int, ast.Try]]:
    """Line and column of each broad handler, with its try."""
    tries = [node for node in ast.walk(ast.parse(data)) if isinstance(node, ast.Try)]
    for node in tries:
        for handler in node.handlers:
            types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
            if any(t is None or ast.unparse(t) in BROAD for t in types):
                yield handler.lineno, handler.col_offset, node


def test_every_broad_handler_is_in_the_ledger_with_a_level_and_a_reason(run: Run) -> None:
    counted = {
        (path, line, column)
        for path, data in run.before.items()
        if path.startswith("src/") and path.endswith(".py")
        for line, column, _ in broad_handlers(data)
    }
    assert len(counted) == 303
    assert {(f["path"], f["line"], f["column"]) for f in run.handlers} == counted
    assert len(run.handlers) == len(counted)
    assert {f["level"] for f in run.handlers} <= set(Level)
    assert all(f["reason"] or f["status"] == "changed" for f in run.handlers)


def test_what_is_changed_is_proved_compiles_and_names_its_witnesses(run: Run) -> None:
    changed = [f for f in run.handlers if f["status"] == "changed"]
    assert len(changed) >= 3
    for finding in changed:
        assert finding["level"] == "proved"
        assert finding["evidence"]["exceptions"] == sorted(finding["evidence"]["exceptions"])
        assert finding["evidence"]["witness"]
        ast.parse((run.tree / finding["path"]).read_bytes())


def test_no_changed_handler_guards_what_was_passed_in_or_stored(run: Run) -> None:
    for finding in run.handlers:
        if finding["status"] != "changed":
            continue
        data = run.before[finding["path"]]
        (guarded,) = [node for line, _, node in broad_handlers(data) if line == finding["line"]]
        functions = [
            node
            for node in ast.walk(ast.parse(data))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.lineno <= guarded.lineno <= (node.end_lineno or 0)
        ]
        parameters = {
            a.arg for f in functions for a in [*f.args.args, *f.args.kwonlyargs, *f.args.posonlyargs]
        }
        for statement in guarded.body:
            for call in [n for n in ast.walk(statement) if isinstance(n, ast.Call)]:
                assert not (isinstance(call.func, ast.Name) and call.func.id in parameters), finding
                assert not isinstance(call.func, ast.Subscript), finding


def test_a_type_checker_turns_no_boundary_into_a_change(run: Run, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    subjects.lay_out_repository(run.before, repository)
    arguments = ["apply", "narrow-except", "src/", "--dry-run", "-o", "oracle=ty", "--output-format", "json"]
    done = subjects.refactorkit(repository, *arguments)
    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout)
    assert plan["tools"]["ty"] == "0.0.105"
    assert not [v for v in plan["verification"] if v["gate"] == "oracle"]  # it answered everything
    asked = {(f["path"], f["line"]): f for f in plan["findings"] if "witness" in f["evidence"]}
    assert len(asked) == len(run.handlers)
    for alone in run.handlers:
        finding = asked[alone["path"], alone["line"]]
        if finding["status"] == "changed" and alone["status"] != "changed":
            assert alone["level"] == "suggested", finding
            assert finding["evidence"]["oracle"] == "ty 0.0.105"
        if alone["status"] == "changed":
            assert finding["status"] == "changed", finding
    assert any(finding["evidence"].get("oracle") == "ty 0.0.105" for finding in asked.values())


def test_only_types_of_handlers_and_imports_differ(run: Run) -> None:
    for change in run.plan["changes"]:
        removed = [
            line[1:].strip()
            for line in change["diff"].splitlines()
            if line.startswith("-") and not line.startswith("---")
        ]
        assert all(line.startswith(("except", "from ", "import ")) for line in removed), removed


def test_what_is_changed_can_be_imported_as_before(run: Run, subject_cache: Path, tmp_path: Path) -> None:
    python = subjects.runtime(subject_cache, "prefect-venv", REQUIREMENTS, "import prefect.server.api.server")
    before = subjects.export(run.repository, "HEAD", tmp_path / "before")
    changed = [change["path"] for change in run.plan["changes"]]
    assert [path for path in changed if imported(python, run.tree, path, tmp_path)] == changed
    assert [path for path in changed if imported(python, before, path, tmp_path)] == changed


def imported(python: Path, tree: Path, path: str, home: Path) -> bool:
    """Whether a process of its own can import a module of a tree, and does so from there."""
    module = path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    check = f"import sys, {module}; sys.exit(sys.modules[{module!r}].__file__ != {str(tree / path)!r})"
    environment = {**os.environ, "PYTHONPATH": str(tree / "src"), "PREFECT_HOME": str(home / "prefect")}
    return subprocess.run([python, "-c", check], env=environment, cwd=home, check=False).returncode == 0
