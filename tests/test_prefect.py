"""http-url on Prefect 3.6.16: what a maintainer would check before merging the branch.

Nothing here is compared with numbers or places known of Prefect: whatever can be recomputed from its sources is.
"""

from __future__ import annotations

import ast
import io
import json
import os
import re
import subprocess
import sys
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import subjects
from refactorkit.demo import subject_archive

pytestmark = pytest.mark.network

PROBE = Path(__file__).with_name("prefect_api_probe.py")
REQUIREMENTS = ("prefect==3.6.16", "fastapi==0.128.0", "starlette==0.50.0", "importlib_metadata")
BRANCH = "refactorkit/http-url"
MODELS = {"BlockType", "BlockTypeCreate", "BlockTypeUpdate"}
SCHEMAS = "src/prefect/server/schemas/"
IMPORT_EACH = """
import importlib, os, sys, prefect  # each import runs the root package first: one process may do that for all
for name in sys.argv[1:]:
    if os.fork() == 0:
        print(importlib.import_module(name).__name__, flush=True)
        os._exit(0)
    os.wait()
"""
MARKED = re.compile(r"#.*\bTODO\b.*\bHttpUrl\b")
HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


@dataclass(frozen=True)
class Applied:
    """Prefect as a repository after one run of http-url: what the run said, and what it left."""

    repository: Path
    base: str
    plan: dict[str, Any]
    before: dict[str, str]
    """The state of the checkout before the run."""
    tree: Path
    """The branch, laid out as plain files."""


@pytest.fixture(scope="session")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Applied:
    """One run with default options, for all tests here; none of them changes it."""
    folder = tmp_path_factory.mktemp("prefect")
    repository = folder / "repository"
    base = subjects.lay_out_repository(subject_archive("prefect"), repository)
    before = subjects.checkout_state(repository)
    plan = apply(repository, "--no-cache")
    return Applied(repository, base, plan, before, subjects.export(repository, BRANCH, folder / "branch"))


@pytest.fixture(scope="session")
def python(subject_cache: Path) -> Path:
    """An interpreter with all that Prefect needs to run its server."""
    return subjects.runtime(subject_cache, "prefect-venv", REQUIREMENTS, "import prefect.server.api.server")


@pytest.fixture(scope="session")
def answers(applied: Applied, python: Path, subject_cache: Path) -> Callable[[Path], dict[str, Any]]:
    """Asks the API of the Prefect in a folder, which takes seconds: one test asks each variant, for xdist's sake."""
    tables = subject_cache / "prefect-3.6.16.sqlite"
    with subjects.only_one(subject_cache / "prefect-3.6.16.sqlite.lock"):
        if not tables.exists():
            fresh = tables.with_suffix(".making")
            probe(python, applied.tree, "--create", str(fresh))
            fresh.replace(tables)

    def ask(folder: Path) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(probe(python, folder, str(tables)))
        assert Path(said["prefect"]).is_relative_to(folder)
        return said

    return ask


def apply(repository: Path, *options: str) -> dict[str, Any]:
    """The plan of a run that ends well."""
    done = subjects.refactorkit(repository, "apply", "http-url", "src/", "--output-format", "json", *options)
    assert done.returncode == 0, done.stderr
    plan: dict[str, Any] = json.loads(done.stdout)
    return plan


def probe(python: Path, folder: Path, *arguments: str) -> str:
    """What the probe prints about the Prefect in `folder`."""
    return in_prefect(python, folder, str(PROBE), *arguments)


def in_prefect(python: Path, folder: Path, *arguments: str) -> str:
    """What Prefect's interpreter prints when it imports the Prefect in `folder`, where bytecode may be written."""
    variables = {"PYTHONPATH": str(folder / "src"), "PATH": os.defpath}
    done = subprocess.run([python, *arguments], env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_api_refuses_bad_urls_in_every_field_and_still_serves_stored_rows(
    applied: Applied, answers: Callable[[Path], dict[str, Any]]
) -> None:
    said = answers(applied.tree)
    good = "https://example.com/logo.png"
    expected = {
        "post good": [201, good],
        "get good": [200, good],
        "post bare origin": [201, "https://example.com/"],
        "post 'not a url'": [422],
        "post ''": [422],
        "patch logo_url 'not a url'": [422],
        "patch logo_url ''": [422],
        "patch documentation_url 'not a url'": [422],
        "patch documentation_url ''": [422],
        "patch good": [204],
        "get patched": [200, good + "?size=1"],
        "get stored": [200, "logo.png"],
        "list": [200, ["bare", "good", "old"]],
        "registrations": ["ok", "ok"],
    }
    assert {request: said[request] for request in expected} == expected
    status, slugs = said["list after registrations"]
    assert status == 200
    assert {"bare", "good", "old"} < set(slugs)
    assert all(said["fields"].values())


def test_the_probe_sees_that_the_base_accepts_what_is_no_url(
    applied: Applied, answers: Callable[[Path], dict[str, Any]], tmp_path: Path
) -> None:
    said = answers(subjects.export(applied.repository, applied.base, tmp_path / "base"))
    assert said["post 'not a url'"][0] == said["post ''"][0] == 201
    assert said["post bare origin"] == [201, "https://example.com"]
    assert said["registrations"] == ["ok", "ok"]
    assert {field.partition(".")[0] for field in said["fields"]} == MODELS
    assert not any(said["fields"].values())


def test_the_probe_sees_that_a_bare_swap_breaks_good_urls(
    applied: Applied, answers: Callable[[Path], dict[str, Any]], tmp_path: Path
) -> None:
    swapped = subjects.export(applied.repository, applied.base, tmp_path / "swapped")
    core = swapped / SCHEMAS / "core.py"
    text = re.sub(r"^    LaxUrl,\n", "", core.read_text(), flags=re.MULTILINE)
    text = text.replace("from pydantic import (\n", "from pydantic import (\n    HttpUrl,\n", 1)
    core.write_text(re.sub(r"\bLaxUrl\b", "HttpUrl", text))
    said = answers(swapped)
    assert said["post good"][0] != 201
    assert said["get stored"][0] == said["list"][0] == 500


def test_the_server_schemas_no_longer_mention_the_lax_alias(applied: Applied) -> None:
    assert list(mentions(applied.repository / SCHEMAS))
    assert not list(mentions(applied.tree / SCHEMAS))


def mentions(folder: Path) -> Iterator[tuple[Path, int]]:
    """Every place that names LaxUrl, imports included; comments and strings are no names."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            names = (getattr(node, attribute, None) for attribute in ("id", "attr", "name"))
            if "LaxUrl" in names:
                yield path, getattr(node, "lineno", 0)


def test_the_ledger_has_every_use_of_the_alias(applied: Applied) -> None:
    uses = [
        (path.relative_to(applied.repository).as_posix(), node.lineno)
        for path in sorted((applied.repository / "src").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_bytes()))
        if (isinstance(node, ast.Name) and node.id == "LaxUrl")
        or (isinstance(node, ast.Attribute) and node.attr == "LaxUrl")
    ]
    assert uses
    assert [use for use in uses if not in_ledger(applied.plan, *use)] == []


def test_the_ledger_has_every_field_whose_comment_asks_for_http_url(applied: Applied) -> None:
    fields = [
        (path.relative_to(applied.repository).as_posix(), line)
        for path in sorted((applied.repository / "src").rglob("*.py"))
        for line in marked_fields(path.read_bytes())
    ]
    assert fields
    assert [field for field in fields if not in_ledger(applied.plan, *field)] == []


def marked_fields(source: bytes) -> Iterator[int]:
    """The first line of each annotated field in a class that has such a comment on one of its lines."""
    if b"HttpUrl" not in source:
        return
    tokens = tokenize.tokenize(io.BytesIO(source).readline)
    marked = {t.start[0] for t in tokens if t.type == tokenize.COMMENT and MARKED.search(t.string)}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            for field in node.body:
                if isinstance(field, ast.AnnAssign):
                    if marked & set(range(field.lineno, (field.end_lineno or field.lineno) + 1)):
                        yield field.lineno


def in_ledger(plan: dict[str, Any], path: str, line: int, *statuses: str) -> bool:
    """Whether a finding covers the line (with one of these statuses, if any are given)."""
    return any(
        finding["path"] == path
        and finding["line"] <= line <= finding["end_line"]
        and (not statuses or finding["status"] in statuses)
        for finding in plan["findings"]
    )


def test_only_lines_that_the_ledger_calls_changed_differ(applied: Applied) -> None:
    raw = ["diff", "--no-renames", "--no-ext-diff", "--name-status", applied.base, BRANCH]
    lines = subjects.git(applied.repository, *raw).splitlines()
    statuses = {path: status for status, _, path in (line.partition("\t") for line in lines)}
    kinds = {"modified": "M", "added": "A", "deleted": "D"}
    assert statuses == {change["path"]: kinds[change["kind"]] for change in applied.plan["changes"]}
    spans = [
        (path, span)
        for path, kind in statuses.items()
        if kind == "M"
        for span in changed_spans(applied, path)
    ]
    assert spans
    assert [
        (path, span) for path, span in spans if not all(is_named(applied.plan, path, s) for s in span)
    ] == []


def changed_spans(applied: Applied, path: str) -> Iterator[list[set[int]]]:
    """The lines of the base that differ in the branch: for each hunk, one set for each line.

    A set holds one line, or, for an insertion, the lines after which it may equally well be said to stand: git chooses
    one when the inserted text ends as the text before it does.
    """
    arguments = ["diff", "-U0", "--no-ext-diff", "--text", applied.base, BRANCH, "--", path]
    before, after = ((root / path).read_text().splitlines() for root in (applied.repository, applied.tree))
    for match in HUNK.finditer(subjects.git(applied.repository, *arguments)):
        line, count, new, added = (int(group or 1) for group in match.groups())
        if count:
            yield [{number} for number in range(line, line + count)]
            continue
        last = new + added - 1
        places = {line}
        while line > 1 and before[line - 1] == after[last - 1]:
            line, last = line - 1, last - 1
            places.add(line)
        yield [places]


def is_named(plan: dict[str, Any], path: str, lines: set[int]) -> bool:
    """Whether a finding with status `changed` covers one of the lines."""
    return any(in_ledger(plan, path, line, "changed") for line in lines)


def test_no_file_changes_its_mode(applied: Applied) -> None:
    def modes(commit: str) -> dict[str, str]:
        lines = subjects.git(applied.repository, "ls-tree", "-r", commit).splitlines()
        return {line.partition("\t")[2]: line.split()[0] for line in lines}

    before, after = modes(applied.base), modes(BRANCH)
    assert {path: after[path] for path in before} == before


def test_every_changed_module_imports_cold(applied: Applied, python: Path) -> None:
    modules = [module_name(path) for path in changed_modules(applied)]
    assert modules
    assert in_prefect(python, applied.tree, "-c", IMPORT_EACH, *modules).split() == modules


def changed_modules(applied: Applied) -> list[str]:
    """The paths of the Python files that the branch changes."""
    return [change["path"] for change in applied.plan["changes"] if change["path"].endswith(".py")]


def module_name(path: str) -> str:
    """The module that a path below src/ is imported as."""
    parts = path.removeprefix("src/").removesuffix(".py").split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("arguments", [("format", "--check"), ("check", "--select", "I")])
def test_ruff_with_prefects_own_configuration_says_what_it_said_before(
    applied: Applied, arguments: tuple[str, ...]
) -> None:
    for path in changed_modules(applied):
        before, after = (
            subprocess.run(
                [sys.executable, "-m", "ruff", *arguments, "--no-cache", path],
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
            )
            for folder in (applied.repository, applied.tree)
        )
        assert after.returncode == before.returncode == 0, after.stdout + after.stderr


def test_the_same_base_gives_the_same_commit_again_and_the_same_tree_in_a_clone(
    applied: Applied, tmp_path: Path
) -> None:
    commit = applied.plan["commit"]
    assert commit == subjects.git(applied.repository, "rev-parse", BRANCH).strip()
    assert apply(applied.repository)["commit"] == commit
    clone = tmp_path / "clone"
    subjects.git(tmp_path, "clone", "--quiet", "--single-branch", str(applied.repository), str(clone))
    apply(clone, "--jobs", "2")
    trees = {
        subjects.git(folder, "rev-parse", f"{BRANCH}^{{tree}}") for folder in (clone, applied.repository)
    }
    assert len(trees) == 1


def test_a_run_on_top_of_the_branch_changes_nothing(applied: Applied) -> None:
    again = apply(applied.repository, "--base", BRANCH, "--branch", "refactorkit/again")
    assert (again["changes"], again["commit"]) == ([], None)
    assert [finding for finding in again["findings"] if finding["status"] == "changed"] == []
    assert "refactorkit/again" not in subjects.git(applied.repository, "branch", "--list")


def test_a_dry_run_tells_what_the_run_did(applied: Applied) -> None:
    dry = apply(applied.repository, "--dry-run", "--no-cache")
    assert dry["commit"] is None
    assert {key: dry[key] for key in ("findings", "changes", "files", "tools")} == {
        key: applied.plan[key] for key in ("findings", "changes", "files", "tools")
    }


def test_diff_and_json_make_the_branchs_tree_out_of_the_base(applied: Applied, tmp_path: Path) -> None:
    said = subjects.refactorkit(
        applied.repository, "apply", "http-url", "src/", "--dry-run", "--output-format", "diff"
    ).stdout
    joined = "".join(change["diff"] for change in applied.plan["changes"])
    wanted = subjects.git(applied.repository, "rev-parse", f"{BRANCH}^{{tree}}")
    for number, patch in enumerate((said, joined)):
        private = {"GIT_INDEX_FILE": str(tmp_path / f"index{number}")}
        subjects.git(applied.repository, "read-tree", applied.base, variables=private)
        subjects.git(applied.repository, "apply", "--cached", stdin=patch.encode(), variables=private)
        assert subjects.git(applied.repository, "write-tree", variables=private) == wanted


def test_check_says_by_its_exit_code_that_something_would_change(applied: Applied) -> None:
    arguments = ["apply", "http-url", "src/", "--check"]
    assert subjects.refactorkit(applied.repository, *arguments).returncode == 1
    assert subjects.refactorkit(applied.repository, *arguments, "--base", BRANCH).returncode == 0


def test_the_checkout_stays_as_it_was(applied: Applied) -> None:
    assert subjects.checkout_state(applied.repository) == applied.before
