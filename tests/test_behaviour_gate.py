"""`--verify-behaviour`: what doesn't behave as before is left out by itself, and the ledger says why."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from behaviour_project import DISPATCH, MAPPING, RIGHT, SHELF, TWINS, collapsed
from refactorkit.codemod import Change, Codemod, Finding, Level, Source, Status, Unchanged
from refactorkit.config import Config, Scope
from refactorkit.discover import discover
from refactorkit.experiment import Experiment, Subject
from refactorkit.model import Outcome, Plan, Reason
from refactorkit.pipeline import plan
from refactorkit.workspace.opening import open_workspace

PATH = "src/library/shelf.py"
SWAPPED = "return finish(cls.afind(page, name))"


class Collapse(Codemod):
    """Replaces the bodies of named functions by a line, at some level."""

    mentions = (b"@either",)
    bodies: dict[str, str]
    """The functions, and the line that becomes the body of each."""
    confidence: str = "proved"
    """The level of every finding."""

    def survey(self, sources: dict[str, Source], scope: Scope) -> Any:
        """What is asked for but for what a gate sorted out; and that."""
        left = {name: scope.why_left_out(PATH, _subject(name).sync) for name in self.bodies}
        wanted = {name: body for name, body in self.bodies.items() if left[name] is None}
        return wanted, {name: site for name, site in left.items() if site is not None}

    def rewrite(self, source: Source, facts: Any, scope: Scope) -> Outcome:
        """The file with those bodies, unless they are there already."""
        wanted, left = facts
        text = source.data.decode()
        wanted = {name: body for name, body in wanted.items() if body not in text}
        after = collapsed(text, wanted).encode() if wanted else source.data
        level = Level(self.confidence)
        status = Status.CHANGED if scope.level.admits(level) else Status.SUGGESTED
        findings = [_finding(name, text, status, level, None, {}) for name in wanted]
        findings += [
            _finding(name, text, Status.REFUSED, Level.BOUNDARY, site.reason, site.evidence) for name, site in left.items()
        ]  # fmt: skip
        if after == source.data or status is not Status.CHANGED:
            return Unchanged(path=source.path, findings=tuple(findings))
        return Change(path=source.path, before=source.data, after=after, findings=tuple(findings))

    def experiment(self, facts: Any, findings: Sequence[Finding]) -> Experiment:
        """All that was changed."""
        names = [str(f.evidence["name"]) for f in findings]
        return Experiment(subjects=tuple(_subject(name) for name in names), mapping=MAPPING)


def _subject(name: str) -> Subject:
    prefix = "" if name == "label" else "Shelf."
    return Subject(path=PATH, line=_line(name, SHELF), sync=prefix + name, twin=prefix + TWINS[name])


def _line(name: str, text: str) -> int:
    return next(
        (n for n, line in enumerate(text.splitlines(), 1) if line.strip().startswith(f"def {name}(")), 1
    )


def _finding(
    name: str, text: str, status: Status, level: Level, reason: str | None, evidence: dict[str, Any]
) -> Finding:
    first = _line(name, text)
    lines = text.splitlines()
    last = next(
        (
            n
            for n in range(first, len(lines))
            if lines[n].startswith(("class", "@", "async", "    @", "    async"))
        ),
        len(lines),
    )
    return Finding(
        path=PATH, line=first, column=0, end_line=last, status=status, level=level, reason=reason, message=name,
        evidence={"name": name, **evidence},
    )  # fmt: skip


def planned(
    folder: Path,
    bodies: dict[str, str],
    level: Level = Level.PROVED,
    confidence: str = "proved",
    dispatch: str = DISPATCH,
) -> Plan:
    """The plan of a run with `--verify-behaviour`."""
    library = folder / "src" / "library"
    library.mkdir(parents=True)
    for name, text in (("__init__", ""), ("dispatch", dispatch), ("shelf", SHELF)):
        (library / f"{name}.py").write_text(text)
    workspace = open_workspace(folder, "HEAD", True, False)
    found = discover(workspace, [str(folder)])
    config = Config(
        scope=Scope(level=level, is_observed=True), level=level, root=folder, python=Path(sys.executable)
    )
    return plan(Collapse(bodies=bodies, confidence=confidence), found, config)


def test_what_runs_equal_is_changed_and_says_so(tmp_path: Path) -> None:
    made = planned(tmp_path, {"find": RIGHT["find"], "label": RIGHT["label"]})
    assert [f.status for f in made.findings] == [Status.CHANGED] * 2
    assert {f.evidence["behaviour"]["result"] for f in made.findings} == {"equal"}
    [gate] = [v for v in made.verification if v.gate == "behaviour"]
    assert gate.ok is True
    assert gate.detail.endswith("cases: 2 equal")
    assert made.tools["python"] == ".".join(map(str, sys.version_info[:3]))


def test_what_differs_is_left_out_and_the_rest_goes_on(tmp_path: Path) -> None:
    made = planned(tmp_path, {"find": SWAPPED, "label": RIGHT["label"]})
    by_name = {f.evidence["name"]: f for f in made.findings}
    assert by_name["label"].status is Status.CHANGED
    assert by_name["find"].status is Status.REFUSED
    assert by_name["find"].reason == Reason.BEHAVIOUR_DIFFERS
    evidence = by_name["find"].evidence["behaviour"]
    assert evidence["case"] == "plain, arguments: required"
    assert evidence["before"][0] == "call connect().read(argument name, page=1)"
    assert evidence["after"][0] == "call connect().read(1, page=argument name)"
    gates = [v for v in made.verification if v.gate == "behaviour"]
    assert [g.ok for g in gates] == [False, True]
    [change] = made.changes
    assert change.after == collapsed(SHELF, {"label": RIGHT["label"]}).encode()


@pytest.mark.parametrize(
    ("confidence", "level", "status"),
    [("proved", Level.PROVED, Status.CHANGED), ("observed", Level.OBSERVED, Status.REFUSED)],
)
def test_what_cannot_be_run_is_left_out_where_the_run_is_the_proof(
    tmp_path: Path, confidence: str, level: Level, status: Status
) -> None:
    made = planned(tmp_path, RIGHT, level, confidence, "import no_such_module\n" + DISPATCH)
    assert {f.status for f in made.findings} == {status}
    assert {f.reason for f in made.findings} == {
        Reason.BEHAVIOUR_NOT_RUNNABLE if status is Status.REFUSED else None
    }
    for finding in made.findings:
        assert "No module named 'no_such_module'" in finding.evidence["behaviour"]["detail"]


def test_nothing_of_the_target_is_run_unless_it_is_asked_for(tmp_path: Path) -> None:
    marker = tmp_path / "was-run"
    package = tmp_path / "app"
    package.mkdir()
    (package / "__init__.py").write_text(f"open({str(marker)!r}, 'w')\n")
    (package / "links.py").write_text("from app.types import LaxUrl\n")
    command = [
        sys.executable,
        "-m",
        "refactorkit",
        "apply",
        "http-url",
        ".",
        "--in-place",
        "--dry-run",
        "--output-format",
        "json",
    ]
    plain = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "behaviour" not in [v["gate"] for v in json.loads(plain.stdout)["verification"]]
    assert not marker.exists()


def test_an_interpreter_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    done = subprocess.run(
        [sys.executable, "-m", "refactorkit", "apply", "http-url", ".", "--in-place", "--verify-behaviour", "--python", "no/such"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert (
        done.stderr
        == "refactorkit: --python no/such is no program that can be run: give the path of an interpreter\n"
    )
