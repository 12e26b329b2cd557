"""The callers of sync halves in Prefect 3.6.16: which move to the async name, and what the running program says to that."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

import subjects
from caller_projects import applied
from refactorkit.analysis.caller_edits import Migration
from refactorkit.analysis.callers import migrations
from refactorkit.analysis.pairs import file_pairs
from refactorkit.callers import rewrite_callers
from refactorkit.demo import subject_archive
from refactorkit.model import Change, Finding, Source, Status
from test_prefect import REQUIREMENTS

pytestmark = pytest.mark.network

DISPATCHER = "async_dispatch"
GENUINE = {
    ("task_engine.py", "result"),
    ("cli/flow.py", "add_deployment"),
    ("cli/shell.py", "to_deployment"),
    ("cli/shell.py", "add_deployment"),
    ("cli/deploy/_actions.py", "save"),
    ("testing/utilities.py", "get_default_result_storage"),
}
THROUGH_AN_INTERFACE = {
    ("flows.py", "get_directory"),
    ("runner/storage.py", "get_directory"),
    ("server/events/actions.py", "notify"),
}
ASK_THE_PROGRAM = """
import importlib, inspect, json, sys
answers = []
for module, sync, twin in json.load(sys.stdin):
    owner = importlib.import_module(module)
    *classes, name = sync.split(".")
    for part in classes:
        owner = getattr(owner, part)
    function = getattr(getattr(owner, name), "__func__", getattr(owner, name))
    twin = getattr(owner, twin.rpartition(".")[2])
    half = getattr(twin, "__func__", twin)
    answers.append(inspect.getclosurevars(function).nonlocals["async_impl"] is half)
print(json.dumps(answers))
"""


@pytest.fixture(scope="session")
def sources() -> dict[str, Source]:
    """Prefect's own modules."""
    return {
        path: Source(path=path, data=data)
        for path, data in subject_archive("prefect").items()
        if path.startswith("src/") and path.endswith(".py")
    }


@pytest.fixture(scope="session")
def migrated(sources: dict[str, Source]) -> dict[str, Migration]:
    """What becomes of the callers, by path."""
    pairs = [
        pair
        for path, source in sources.items()
        if DISPATCHER.encode() in source.data
        for pair in file_pairs(path, source.data, [DISPATCHER]).pairs
    ]
    return migrations(sources, pairs, applied, [DISPATCHER])


def at(finding: Finding) -> tuple[str, str]:
    """The file and the name that is called."""
    name = re.split(r"\W", str(finding.evidence["call"]).removesuffix("(...)"))[-1]
    return finding.path.removeprefix("src/prefect/"), name


def awaited_at_once(source: Source, finding: Finding) -> bool:
    """Whether the call stands behind `await`, rather than being bound to a name first."""
    line = source.data.decode().splitlines()[finding.line - 1]
    return line[: finding.column].rstrip().endswith("await")


def test_the_calls_that_await_a_sync_half_move_and_no_others(
    sources: dict[str, Source], migrated: dict[str, Migration]
) -> None:
    findings = [finding for migration in migrated.values() for finding in migration.findings]
    direct = [f for f in findings if awaited_at_once(sources[f.path], f)]
    print(*(f"{f.path}:{f.line} {f.status} {f.reason or ''} {f.message}" for f in findings), sep="\n")
    assert {at(f) for f in direct if f.status is Status.CHANGED} == GENUINE
    assert {at(f) for f in direct if f.reason == "interface-without-async-name"} == THROUGH_AN_INTERFACE
    assert len([f for f in direct if f.status is Status.CHANGED]) == len(GENUINE)
    assert not [f for f in findings if f.status is Status.CHANGED and f.evidence["call"] == "session.get"]


def test_every_awaited_call_of_a_pairs_name_is_in_the_ledger(
    sources: dict[str, Source], migrated: dict[str, Migration]
) -> None:
    names = {
        match[1].decode()
        for source in sources.values()
        for match in re.finditer(rb"@async_dispatch\(\w+\)\s+def (\w+)", source.data)
    }
    pattern = re.compile(rb"await (?:[\w.]+\.)?(" + b"|".join(n.encode() for n in sorted(names)) + rb")\(")
    for path, source in sources.items():
        lines = {source.data.count(b"\n", 0, m.start()) + 1 for m in pattern.finditer(source.data)}
        docs = {n for n, line in enumerate(source.data.split(b"\n"), 1) if re.search(rb"(>>>|\.\.\.) ", line)}
        known = {f.line for f in migrated.get(path, Migration()).findings}
        unknown = {n for n in lines - known - docs if not in_docstring(source, n)}
        assert unknown == set(), path


def in_docstring(source: Source, line: int) -> bool:
    """Whether a line stands inside a triple-quoted string, by counting quotes above it."""
    above = b"\n".join(source.data.split(b"\n")[: line - 1])
    return above.count(b'"""') % 2 == 1


def test_the_dispatcher_of_the_running_program_hands_each_moved_call_to_that_async_half(
    migrated: dict[str, Migration], subject_cache: Path
) -> None:
    python = subjects.runtime(subject_cache, "prefect-venv", REQUIREMENTS, "import prefect.server.api.server")
    moved = [f for m in migrated.values() for f in m.findings if f.status is Status.CHANGED]
    asked = [
        (
            f.evidence["defined"].removeprefix("src/").removesuffix(".py").replace("/", "."),
            *f.evidence["pair"],
        )
        for f in moved
    ]
    done = subprocess.run(
        [python, "-c", ASK_THE_PROGRAM], input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == [True] * len(moved)


def test_a_second_run_changes_nothing(sources: dict[str, Source], migrated: dict[str, Migration]) -> None:
    after = dict(sources)
    for path, migration in migrated.items():
        outcome = rewrite_callers(sources[path], migration, ("prefect",))
        if isinstance(outcome, Change) and outcome.after is not None:
            after[path] = Source(path=path, data=outcome.after)
    pairs = [
        p
        for path, s in after.items()
        if b"@async_dispatch(" in s.data
        for p in file_pairs(path, s.data, [DISPATCHER]).pairs
    ]
    again = migrations(after, pairs, applied, [DISPATCHER])
    assert after != sources
    assert [f for m in again.values() for f in m.findings if f.status is Status.CHANGED] == []
