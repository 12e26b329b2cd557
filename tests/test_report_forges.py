"""The forges' formats: each holds its published schema whatever was found, and says what it should to whom it should."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from published_schemas import complaints
from refactorkit.model import Failed, Finding, Level, Plan, Skipped, Status, Unchanged, Verification
from refactorkit.report import github, gitlab, rdjson, sarif
from refactorkit.report.rules import Rules
from refactorkit.visible import visible
from repositories import WARN, WARNING, CommandLine, Repository, Result

DOCUMENTS = ("sarif", "gitlab", "rdjson")
FORMATS = (*DOCUMENTS, "github", "markdown")
NAMED = "from logging import warn\nimport logging\nwarn('x')\nlogging.warn('y')  # refactorkit: ignore\n"
HOSTILE = "a,b:c%\n::error::x\x1b]0;\u202e.py"
RULES = {
    "x": Rules(codemod="x", summary="Does x.", text="Does x.", advice={"no": "Say yes."}, is_one_change=False)
}


def plan_of(*findings: Finding, **more: Any) -> Plan:
    outcomes = tuple(Unchanged(path=finding.path, findings=(finding,)) for finding in findings)
    return Plan(codemod="x", version="1", options={}, outcomes=outcomes, **more)


def refused(path: str, line: int = 1, message: str = "m") -> Finding:
    return Finding(
        path=path, line=line, column=0, end_line=line, status=Status.REFUSED, level=Level.BOUNDARY, reason="no", message=message
    )  # fmt: skip


@pytest.fixture
def reports(repository: Repository, refactorkit: CommandLine, tmp_path: Path) -> Any:
    """Reports of one format on projects of every kind, each in a file of its own."""

    def made(output_format: str) -> list[Path]:
        found: list[Path] = []

        def report(codemods: str, *arguments: str, code: int = 0) -> None:
            target = tmp_path / f"{len(found)}.json"
            result = refactorkit.apply(
                codemods, ".", *arguments, "--output-format", output_format, "--output", str(target)
            )
            assert (result.code, result.out) == (code, ""), result.err
            found.append(target)

        repository.commit({"empty.py": "", "README.md": "x"})
        report("logging-warn", "--dry-run")
        repository.commit({"a.py": WARN, "b.py": WARN.replace("\n", "\r\n"), "named.py": NAMED})
        report("logging-warn", "--check", code=1)
        repository.commit(
            {HOSTILE: WARN, os.fsdecode(b"\xe9\\.py"): WARN, "bad.py": b"warn(\xff", "old.py": "old()\n"}
        )
        (repository.path / "link.py").symlink_to("bad.py")
        repository.commit({})
        report("logging-warn,misbehaves,wide-count", code=3)
        report("logging-warn", "--only", "a.py", "--dry-run", code=3)
        return found

    return made


@pytest.mark.parametrize("output_format", DOCUMENTS)
def test_every_report_holds_the_published_schema(reports: Any, output_format: str) -> None:
    paths = reports(output_format)
    assert complaints(output_format, paths) == ""
    texts = [path.read_text("utf-8", "strict") for path in paths]
    assert all(text == visible(text, keep="\n") and text.endswith("\n") for text in texts)
    if output_format == "sarif":
        runs = [json.loads(text)["runs"] for text in texts]
        assert [len(run) for run in runs] == [1, 1, 3, 1]
        names = [run["automationDetails"]["id"] for run in runs[2]]
        assert names == ["refactorkit/logging-warn/", "refactorkit/misbehaves/", "refactorkit/wide-count/"]


@pytest.mark.parametrize("output_format", DOCUMENTS)
def test_the_published_schemas_do_complain(tmp_path: Path, output_format: str) -> None:
    (tmp_path / "a.json").write_text('{"runs": [{}], "diagnostics": [{"location": 1}], "x": 1}')
    (tmp_path / "b.json").write_text('[{"description": "x"}]')
    assert complaints(output_format, [tmp_path / ("b.json" if output_format == "gitlab" else "a.json")])


@pytest.mark.parametrize("output_format", FORMATS)
def test_several_codemods_make_one_document(
    repository: Repository, refactorkit: CommandLine, output_format: str
) -> None:
    repository.commit({"a.py": WARN, "b.py": "old()\n"})
    result = refactorkit.apply("logging-warn,misbehaves", ".", "--output-format", output_format)
    assert result.code == 0
    both = ("logging-warn", "misbehaves")
    if output_format in DOCUMENTS:
        json.loads(result.out)
    assert all(codemod in result.out for codemod in both)
    assert repository.branches() == ["main", *(f"refactorkit/{codemod}" for codemod in both)]
    first = refactorkit.apply("logging-warn", ".", "--output-format", output_format)
    assert result.out.count(first.out[:20]) == 1


def test_a_run_that_ends_with_an_error_leaves_the_file_alone(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    repository.commit({"a.py": WARN})
    target = tmp_path / "report.sarif"
    target.write_text("before")
    result = refactorkit.apply("logging-warn", "nowhere", "--output-format", "sarif", "--output", str(target))
    assert result.code == 2
    assert target.read_text() == "before"


def test_sarif_says_what_code_scanning_reads(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit({"a b\xe9.py": WARN, "named.py": NAMED, "bad.py": "warn("})
    report = refactorkit.apply("logging-warn", ".", "--dry-run", "--output-format", "sarif")
    (run,) = report.document["runs"]
    assert [(r["ruleId"], r["level"], "suppressions" in r) for r in run["results"]] == [
        ("logging-warn", "warning", False),
        ("logging-warn.imported-by-name", "note", False),
        ("logging-warn.suppressed", "note", True),
    ]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[r["ruleIndex"]]["id"] for r in run["results"]] == [r["ruleId"] for r in run["results"]]
    assert all(rule["help"]["text"] and rule["fullDescription"]["text"] for rule in rules)
    assert "removed in 3.13" in rules[0]["help"]["text"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "a%20b%C3%A9.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 3, "startColumn": 1},
    }
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["level"] == "error"
    assert run["properties"]["sites"] == {
        "changed": 1, "suggested": 0, "refused": 1, "suppressed": 1, "unchanged": 0,
    }  # fmt: skip


def test_sarif_counts_columns_in_utf_16(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit({"a.py": "import logging\n'\N{GRINNING FACE}\xe9'; logging.warn('x')\n"})
    (run,) = refactorkit.apply("logging-warn", ".", "--dry-run", "--output-format", "sarif").document["runs"]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 2, "startColumn": 8}  # ' and two units, and one, and '; and a blank
    (replaced,) = run["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"]
    assert replaced["insertedContent"] == {"text": "ing"}
    assert replaced["deletedRegion"] == {"startLine": 2, "startColumn": 20, "endLine": 2, "endColumn": 20}


def test_sarif_has_as_many_results_as_github_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST", 3)
    findings = [refused("a.py", line) for line in range(1, 6)]
    changed = msgspec.structs.replace(refused("z.py"), status=Status.CHANGED, reason=None)
    (run,) = json.loads(sarif.render([plan_of(*findings, changed)], RULES))["runs"]
    assert len(run["results"]) == 3
    assert run["results"][0]["ruleId"] == "x"
    said = run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"]
    assert said == "3 sites are left out here: --output-format json has all of them"


def fingerprints(result: Result, output_format: str) -> list[str]:
    if output_format == "gitlab":
        return [issue["fingerprint"] for issue in json.loads(result.out)]
    (run,) = result.document["runs"]
    return [found["partialFingerprints"]["refactorkitSite/v1"] for found in run["results"]]


@pytest.mark.parametrize("output_format", ["gitlab", "sarif"])
def test_a_site_keeps_its_fingerprint_when_lines_move(
    repository: Repository, refactorkit: CommandLine, output_format: str
) -> None:
    repository.commit({"a.py": WARN * 3, "b.py": WARN, "named.py": NAMED})
    ask = ("logging-warn", ".", "--dry-run", "--output-format", output_format)
    before = fingerprints(refactorkit.apply(*ask), output_format)
    assert len(before) == len(set(before)) == (5 if output_format == "gitlab" else 6)
    repository.commit({"a.py": "# a\n# b\n" + WARN + "x = 1\n" + WARN * 2, "c.py": WARN})
    after = fingerprints(refactorkit.apply(*ask), output_format)
    assert set(before) < set(after)
    assert len(after) == len(before) + 1


def test_numbers_in_a_message_are_no_part_of_a_fingerprint() -> None:
    found = [
        json.loads(gitlab.render([plan_of(refused("a.py", line, f"differs at line {line}"))], RULES))
        for line in (7, 12)
    ]
    assert found[0][0]["fingerprint"] == found[1][0]["fingerprint"]
    assert found[0][0]["location"]["lines"] == {"begin": 7, "end": 7}


def test_gitlab_gets_severities_and_advice(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit({"a.py": WARN, "named.py": NAMED, "bad.py": "warn("})
    result = refactorkit.apply("logging-warn", ".", "--dry-run", "--output-format", "gitlab")
    issues = json.loads(result.out)
    assert [(i["check_name"], i["severity"], i["location"]["path"]) for i in issues] == [
        ("logging-warn", "minor", "a.py"),
        ("logging-warn.imported-by-name", "info", "named.py"),
        ("logging-warn.failed", "major", "bad.py"),
    ]
    issue = json.loads(gitlab.render([plan_of(refused("a.py"))], RULES))[0]
    assert issue["content"] == {"body": "Say yes."}


def test_a_finding_in_a_file_with_lone_carriage_returns_is_at_gits_line() -> None:
    from refactorkit.model import Change

    before = b"a\rb\rc\nlogging\n"
    finding = msgspec.structs.replace(refused("a.py", 4), status=Status.CHANGED, reason=None)
    change = Change(
        path="a.py", before=before, after=before.replace(b"logging", b"other"), findings=(finding,)
    )
    document = json.loads(rdjson.render([plan_of(), plan_of()][:1], RULES))
    assert document["diagnostics"] == []
    plan = Plan(codemod="x", version="1", options={}, outcomes=(change,))
    (diagnostic,) = json.loads(rdjson.render([plan], RULES))["diagnostics"]
    assert diagnostic["location"]["range"] == {"start": {"line": 2}, "end": {"line": 2}}
    assert diagnostic["message"] == "x: m"


COMMAND = re.compile(r"::(error|warning|notice) ([^\n]*?)::([^\n]*)\Z")


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """The workflow commands, read as the runner does: https://github.com/actions/runner (ActionCommand)."""
    found = []
    for line in text.splitlines():
        match = COMMAND.match(line)
        assert match, line
        pairs = dict(pair.split("=", 1) for pair in match[2].split(","))
        values = {k: v.replace("%3A", ":").replace("%2C", ",").replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%") for k, v in pairs.items()}  # fmt: skip
        message = match[3].replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
        found.append((match[1], values, message))
    return found


def test_github_gets_commands_that_names_and_messages_cannot_break() -> None:
    finding = refused(HOSTILE, 3, "50% of\r\n::set-output name=x::y, \x1b[2J")
    failed = Failed(path=HOSTILE, error="no\n::add-mask::x")
    plan = plan_of(finding)
    plan = msgspec.structs.replace(plan, outcomes=(*plan.outcomes, failed, Skipped(path="s", reason="r")))
    text = github.render([plan], RULES)
    site, error, summary = commands(text)
    assert site == (
        "notice",
        {"file": "a,b:c%\n::error::x\\x1b]0;\\u202e.py", "line": "3", "col": "1", "title": "x.no"},
        "50% of\r\n::set-output name=x::y, \\x1b[2J\nSay yes.",
    )
    assert error[0] == "error"
    assert error[2] == "no\n::add-mask::x"
    assert summary[2] == "x: nothing to change (1 site: 1 refused), 1 file failed"


@pytest.mark.parametrize(
    ("changed", "left", "wanted"),
    [(3, 2, (3, 2)), (12, 5, (10, 0)), (9, 30, (9, 1)), (0, 30, (0, 9)), (0, 9, (0, 9)), (0, 10, (0, 9))],
)
def test_github_gets_no_more_annotations_than_it_shows(
    changed: int, left: int, wanted: tuple[int, int]
) -> None:
    findings = [refused("a.py", line) for line in range(1, left + 1)]
    findings += [msgspec.structs.replace(refused("b.py", n), status=Status.CHANGED, reason=None) for n in range(changed)]  # fmt: skip
    *sites, summary = commands(github.render([plan_of(*findings)], RULES))
    kinds = [kind for kind, _, _ in sites]
    assert (kinds.count("warning"), kinds.count("notice")) == wanted
    assert kinds == sorted(kinds, reverse=True)
    rest = changed + left - sum(wanted)
    assert (f"{rest} more are not shown" in summary[2]) == (rest > 0)


def test_github_gets_an_ordinary_line_when_there_is_nothing_to_say(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit({"a.py": WARNING})
    result = refactorkit.apply("logging-warn", ".", "--check", "--output-format", "github")
    assert (result.code, result.out) == (0, "logging-warn: nothing to change (no sites)\n")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [(["--dry-run"], 0, "would change"), ([], 0, "changed"), (["--in-place"], 0, "changed"),
     (["--in-place", "--check"], 1, "would change"), (["--verify", "false", "--no-bisect"], 4, "would change")],
)  # fmt: skip
def test_what_was_written_is_not_said_to_be_a_plan(
    repository: Repository, refactorkit: CommandLine, arguments: list[str], code: int, said: str
) -> None:
    repository.commit({"a.py": WARN})
    reports = []
    for output_format in ("github", "markdown"):
        repository.write({"a.py": WARN})
        reports.append(refactorkit.apply("logging-warn", ".", *arguments, "--output-format", output_format))
    assert [report.code for report in reports] == [code] * 2
    assert f"logging-warn: 1 file {said} (1 site: 1 changed)" in reports[0].out
    assert f"### refactorkit: 1 file {said}{'' if arguments else ' on a branch'}\n" in reports[1].out


def test_reports_tell_of_checks_that_did_not_go_well() -> None:
    gates = (
        Verification(gate="g", ok=False, detail="broke"),
        Verification(gate="h", ok=None, detail="no python"),
    )
    (run,) = json.loads(sarif.render([plan_of(verification=gates)], RULES))["runs"]
    said = [(n["level"], n["message"]["text"]) for n in run["invocations"][0]["toolExecutionNotifications"]]
    assert said == [("warning", "g: failed: broke"), ("warning", "h: not run: no python")]
