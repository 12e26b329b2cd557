"""sync-wrapper on Prefect 3.6.16: every pair is in the ledger, and what was collapsed is a wrapper and nothing else.

The table that `pytest -s` shows comes from the run. Names below are those of pairs whose bodies truly differ.
"""

from __future__ import annotations

import ast
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import subjects
from refactorkit.demo import subject_archive
from test_prefect import IMPORT_EACH, REQUIREMENTS, in_prefect, module_name

pytestmark = pytest.mark.network

BRANCH = "refactorkit/sync-wrapper"
TRULY_DIVERGENT = {
    "pause_flow_run",
    "run_deployment",
    "GetInputHandler.next",
    "GetAutomaticInputHandler.next",
    "LocalFileSystem.put_directory",
}
RELATIONS = {
    "equal",
    "equal-after-mapping",
    "client-construction",
    "drops-client",
    "bridge",
    "trivial-async",
    "divergent",
}


@dataclass(frozen=True)
class Run:
    """Prefect as a repository after one run of sync-wrapper: what the run said, and the branch as plain files."""

    repository: Path
    plan: dict[str, Any]
    tree: Path

    @property
    def pairs(self) -> list[dict[str, Any]]:
        """The findings about pairs."""
        return [f for f in self.plan["findings"] if "relation" in f["evidence"]]


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One run with default options."""
    folder = tmp_path_factory.mktemp("pairs")
    repository = folder / "repository"
    subjects.lay_out_repository(subject_archive("prefect"), repository)
    plan = apply(repository)
    return Run(repository, plan, subjects.export(repository, BRANCH, folder / "branch"))


def apply(repository: Path, *options: str) -> dict[str, Any]:
    """The plan of a run that ends well."""
    arguments = ("apply", "sync-wrapper", "src/", "--output-format", "json", *options)
    done = subjects.refactorkit(repository, *arguments)
    assert done.returncode == 0, done.stderr
    plan: dict[str, Any] = json.loads(done.stdout)
    return plan


def decorated(folder: Path) -> Counter[str]:
    """How many functions of each file have the dispatching decorator, by a plain walk over its tree."""
    found: Counter[str] = Counter()
    for path in (folder / "src").rglob("*.py"):
        data = path.read_bytes()
        if b"async_dispatch" in data:
            for node in ast.walk(ast.parse(data)):
                if isinstance(node, ast.FunctionDef) and any(
                    isinstance(d, ast.Call) and ast.unparse(d.func) == "async_dispatch"
                    for d in node.decorator_list
                ):
                    found[path.relative_to(folder).as_posix()] += 1
    return found


def test_every_pair_is_in_the_ledger_once_with_a_relation(run: Run) -> None:
    assert Counter(f["path"] for f in run.pairs) == decorated(run.repository)
    assert {f["evidence"]["relation"] for f in run.pairs} == RELATIONS
    assert all(f["reason"] for f in run.pairs if f["status"] != "changed")
    table = Counter((f["evidence"]["relation"], f["status"], f["reason"] or "") for f in run.pairs)
    print("\n" + "\n".join(f"{n:3}  {' | '.join(row)}" for row, n in sorted(table.items())))


def test_a_divergent_pair_says_where_and_is_not_changed(run: Run) -> None:
    named = {f["evidence"]["pair"][0]: f for f in run.pairs}
    assert named.keys() >= TRULY_DIVERGENT
    for name in TRULY_DIVERGENT:
        assert named[name]["evidence"]["relation"] == "divergent"
        assert named[name]["evidence"]["differences"]
        assert named[name]["status"] == "suggested"


def test_a_collapsed_half_is_one_call_and_nothing_else_of_it_moved(run: Run) -> None:
    collapsed = [f for f in run.pairs if f["status"] == "changed"]
    assert collapsed
    for finding in collapsed:
        name = finding["evidence"]["pair"][0]
        before, after = (function(root / finding["path"], name) for root in (run.repository, run.tree))
        assert ast.dump(before.args) == ast.dump(after.args)
        assert [ast.dump(d) for d in before.decorator_list] == [ast.dump(d) for d in after.decorator_list]
        assert ast.get_docstring(before, clean=False) == ast.get_docstring(after, clean=False)
        body = [s for s in after.body if not isinstance(s, ast.ImportFrom)][-1:]
        assert isinstance(body[0], ast.Return | ast.Expr)
        assert isinstance(body[0].value, ast.Call)
        assert finding["evidence"]["pair"][1].rpartition(".")[2] in ast.unparse(body[0].value)


def function(path: Path, name: str) -> ast.FunctionDef:
    """The function of a qualified name that is no overload."""
    nodes: list[ast.stmt] = ast.parse(path.read_bytes()).body
    for part in name.split(".")[:-1]:
        owner = next(n for n in nodes if isinstance(n, ast.ClassDef) and n.name == part)
        nodes = owner.body
    last = name.rpartition(".")[2]
    return [n for n in nodes if isinstance(n, ast.FunctionDef) and n.name == last][-1]


def test_bridges_and_halves_that_never_await_stay(run: Run) -> None:
    for relation in ("bridge", "trivial-async"):
        found = [f["status"] for f in run.pairs if f["evidence"]["relation"] == relation]
        assert set(found) == {"unchanged"}


def test_a_second_run_on_the_branch_changes_nothing(run: Run) -> None:
    assert apply(run.repository, "--base", BRANCH, "--dry-run")["changes"] == []


def test_every_changed_module_imports_cold(run: Run, subject_cache: Path) -> None:
    python = subjects.runtime(subject_cache, "prefect-venv", REQUIREMENTS, "import prefect.server.api.server")
    modules = [module_name(c["path"]) for c in run.plan["changes"] if c["path"].endswith(".py")]
    assert modules
    assert in_prefect(python, run.tree, "-c", IMPORT_EACH, *modules).split() == modules
