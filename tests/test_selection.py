"""A selection applies exactly the changes that a review accepted, or says in one line why it can't."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from refactorkit import catalogue, choice, selection
from refactorkit.config import Config, ConfigError, Scope
from refactorkit.environment import find_environment
from refactorkit.golden import Case, cases, run, tree, tree_after
from refactorkit.model import Level, Plan, Reason
from refactorkit.pipeline import plan
from refactorkit.selection import Verdict, choices
from repositories import BRANCH, ROOT, CommandLine, Repository

CHANGING = [case for case in cases(ROOT / "golden") if not case.is_noop]
TWO = "import logging\n\nlogging.warn('one')\nlogging.warn('two')\n"

Place = tuple[str, int]


def selected(made: Plan, accepted: list[Place], rejected: list[Place] = []) -> selection.Selection:  # noqa: B006
    """A selection as the page exports it."""
    verdicts = dict.fromkeys(rejected, Verdict.REJECTED) | dict.fromkeys(accepted, Verdict.ACCEPTED)
    return selection.of_plans([made], {made.codemod: verdicts})


def places(made: Plan) -> list[Place]:
    """What can be decided on."""
    return [(finding.path, finding.line) for finding in choices(made)]


def subsets(of: list[Place], seed: str) -> list[list[Place]]:
    """Nothing, everything, and some of it at random."""
    chance = random.Random(seed)
    some = [chance.sample(of, chance.randint(1, len(of) - 1)) for _ in range(3)] if len(of) > 1 else []
    return [[], of, *some]


def refused(made: Plan, config: Config, planned: Callable[[Config], Plan]) -> str | None:
    """Why a plan is not what was accepted; None when it is."""
    try:
        choice.check_exact(made, config, planned)
    except ConfigError as error:
        return str(error)
    return None


@pytest.mark.parametrize("case", CHANGING, ids=lambda case: f"{case.codemod}-{case.name}")
def test_of_any_plan_exactly_what_was_accepted_is_applied_or_what_it_needs_is_named(
    case: Case, tmp_path: Path
) -> None:
    made, after, found = run(case)
    codemod = catalogue.create(case.codemod, case.options)
    codemod.located(find_environment(None, case.folder / "before", {}))
    level = Level(case.settings.get("level", Level.PROVED))
    config = Config(scope=Scope(level=level), level=level)
    before = tree(case.folder / "before")
    for accepted in subsets(places(made), case.name):
        file = tmp_path / "selection.json"
        file.write_text(selection.dump(selected(made, accepted)))
        read = selection.load(file)
        choice.check_fresh(read, [codemod], found)
        narrow = choice.configs(read, [codemod], {case.codemod: config})[case.codemod]
        got = plan(codemod, found, narrow)
        refusal = refused(got, narrow, lambda config: plan(codemod, found, config))
        if refusal is not None:
            assert 0 < len(accepted) < len(places(made)), "all or nothing is always possible"
            assert re.search(r"changes? only together with [^ ]+:\d+", refusal)
            continue
        assert sorted(places(got)) == sorted(accepted)
        left = {(f.path, f.line) for f in got.findings if f.reason == Reason.NOT_SELECTED}
        assert set(places(made)) - set(accepted) <= left
        assert all(gate.ok is not False for gate in got.verification)
        if not accepted:
            assert got.changes == ()
        elif len(accepted) == len(places(made)):
            assert tree_after(before, got) == after


def export(document: dict[str, Any], *lines: int, **changed: Any) -> dict[str, Any]:
    """A selection of the sample codemod's document that accepts these lines of m.py."""
    texts = TWO.splitlines()
    sites = [
        {
            "codemod": "logging-warn", "path": "m.py", "line": n, "end_line": n, "level": "proved",
            "digest": selection.digest([texts[n - 1].encode()]), "verdict": "accepted",
        }
        for n in lines
    ]  # fmt: skip
    asked = {"logging-warn": {"version": document["version"], "options": document["options"]}}
    made = {"schema": selection.SCHEMA, "base": document["base"], "codemods": asked, "sites": sites}
    return made | changed


@pytest.fixture
def reviewed(repository: Repository, refactorkit: CommandLine) -> dict[str, Any]:
    """The plan of a repository with two sites."""
    repository.commit({"m.py": TWO, "other.py": TWO})
    return refactorkit.json("logging-warn", ".", "--dry-run")


def write(document: object) -> str:
    """A selection file outside of the repository; its path."""
    path = Path("..", "selection.json")
    path.write_text(json.dumps(document))
    return str(path)


def test_the_branch_holds_what_was_accepted_and_the_ledger_the_rest(
    repository: Repository, refactorkit: CommandLine, reviewed: dict[str, Any]
) -> None:
    document = refactorkit.json("logging-warn", ".", "--selection", write(export(reviewed, 4)))
    assert repository.show(f"{BRANCH}:m.py").decode() == TWO.replace("warn('two", "warning('two")
    assert repository.show(f"{BRANCH}:other.py").decode() == TWO
    said = {(f["path"], f["line"]): (f["status"], f["reason"]) for f in document["findings"]}
    assert said == {
        ("m.py", 3): ("unchanged", "not-selected"),
        ("m.py", 4): ("changed", None),
        ("other.py", 3): ("unchanged", "not-selected"),
        ("other.py", 4): ("unchanged", "not-selected"),
    }
    assert '"selection":["m.py:4"]' in repository.git("log", "-1", "--format=%B", BRANCH)
    assert json.loads(Path("../selection.json").read_text()) == export(reviewed, 4)


def test_in_place_and_outside_of_git_it_holds_for_the_files_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refactorkit: CommandLine
) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "m.py").write_text(TWO)
    monkeypatch.chdir(folder)
    document = refactorkit.json("logging-warn", ".", "--in-place", "--dry-run")
    assert document["base"] is None
    refactorkit.json("logging-warn", ".", "--in-place", "--selection", write(export(document, 3)))
    assert (folder / "m.py").read_text() == TWO.replace("warn('one", "warning('one")


def test_a_selection_still_holds_when_another_file_changed(
    repository: Repository, refactorkit: CommandLine, reviewed: dict[str, Any]
) -> None:
    repository.commit({"third.py": "x = 1\n"})
    refactorkit.json("logging-warn", ".", "--selection", write(export(reviewed, 3)))
    assert repository.show(f"{BRANCH}:m.py").decode() == TWO.replace("warn('one", "warning('one")


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"schema": "refactorkit/selection/9"}, "is no refactorkit/selection/1"),
        ({"sites": [{"path": 3}]}, "Expected `str`, got `int`"),
        ({"codemods": {}}, "holds decisions on no codemod, not on logging-warn: name what was reviewed"),
        ({"codemods": {"logging-warn": {"version": "0.0.1"}}}, "is of version 0.0.1, and this is"),
        (
            {"codemods": {"logging-warn": {"version": "1.0.0", "options": {"x": [1, 2]}}}},
            "was reviewed with another x: pass -o x=1,2, or review again",
        ),
        (
            {"codemods": {"logging-warn": {"version": "1.0.0", "options": {"recording": "0a"}}}},
            "was reviewed with another recording: put that back, or review again",
        ),
    ],
)
def test_another_review_is_refused_in_one_line_and_nothing_is_written(
    repository: Repository, refactorkit: CommandLine, reviewed: dict[str, Any],
    changed: dict[str, Any], complaint: str,
) -> None:  # fmt: skip
    before = repository.state()
    result = refactorkit.apply("logging-warn", ".", "--selection", write(export(reviewed, 3, **changed)))
    assert result.code == 2
    assert complaint in result.complaint
    assert repository.state() == before
    assert BRANCH not in repository.branches()


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        (
            {"m.py": "\n" + TWO},
            "--selection is stale: m.py:3 has changed since it was reviewed: review again",
        ),
        ({"m.py": TWO.replace("one", "eins")}, "--selection is stale: m.py:3 has changed since"),
    ],
)
def test_a_stale_selection_is_refused(
    repository: Repository, refactorkit: CommandLine, reviewed: dict[str, Any],
    files: dict[str, str | bytes], complaint: str,
) -> None:  # fmt: skip
    repository.commit(files)
    result = refactorkit.apply("logging-warn", ".", "--selection", write(export(reviewed, 3)))
    assert result.code == 2
    assert complaint in result.complaint
    repository.git("rm", "-q", "m.py")
    repository.commit({"n.py": "x = 1\n"})
    result = refactorkit.apply("logging-warn", ".", "--selection", write(export(reviewed, 3)))
    assert "m.py:3 is not there any more: review again" in result.complaint


def test_what_can_not_be_read_is_told_in_one_line(refactorkit: CommandLine, reviewed: dict[str, Any]) -> None:
    missing = refactorkit.apply("logging-warn", ".", "--selection", "nowhere.json")
    assert missing.code == 2
    assert missing.complaint.startswith("--selection nowhere.json can't be read: No such file")
    Path("../no.json").write_bytes(b"\xff{")
    broken = refactorkit.apply("logging-warn", ".", "--selection", "../no.json")
    assert "is no JSON: export it again" in broken.complaint
    accepted = write(export(reviewed, 3))
    outside = refactorkit.apply("logging-warn", "other.py", "--selection", accepted)
    assert "m.py:3 is not among the files to change: add it to PATH..." in outside.complaint


def test_lines_mean_nothing_once_another_codemod_has_run(
    refactorkit: CommandLine, reviewed: dict[str, Any]
) -> None:
    both = refactorkit.apply(
        "logging-warn,wide-count", ".", "--stack", "--selection", write(export(reviewed, 3))
    )
    assert both.code == 2
    assert "apply one at a time" in both.complaint


def test_a_site_of_a_lower_level_asks_for_that_level(
    refactorkit: CommandLine, reviewed: dict[str, Any]
) -> None:
    document = export(reviewed, 3)
    document["sites"][0]["level"] = "suggested"
    result = refactorkit.apply("logging-warn", ".", "--selection", write(document))
    assert result.complaint.endswith("m.py:3 was accepted as suggested: pass --level suggested")


def test_a_line_that_is_no_site_is_refused(refactorkit: CommandLine, reviewed: dict[str, Any]) -> None:
    result = refactorkit.apply("logging-warn", ".", "--selection", write(export(reviewed, 1)))
    assert result.code == 2
    assert result.complaint.endswith("m.py:1 can't be changed: reject it, or review again")


def test_a_codemod_that_heeds_no_choice_is_not_taken_at_half_its_word(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit({"m.py": "x = 1\ny = old()\n"})
    document = refactorkit.json("wide-count", ".", "--dry-run")
    asked = {"wide-count": {"version": document["version"], "options": document["options"]}}
    empty: dict[str, Any] = {"schema": selection.SCHEMA, "base": None, "codemods": asked, "sites": []}
    result = refactorkit.apply("wide-count", ".", "--selection", write(empty))
    assert result.complaint.endswith(
        "wide-count changes m.py:2, too, which was not accepted: accept it, or reject all of m.py"
    )


def test_a_name_that_is_no_utf_8_survives_the_file(tmp_path: Path) -> None:
    path = b"a\xff<\n.py".decode("utf-8", "surrogateescape")
    site = selection.Site(
        codemod="c", path=path, line=1, end_line=2, level=Level.PROVED, digest="0", verdict=Verdict.REJECTED
    )
    kept = selection.Selection(sites=(site,))
    (tmp_path / "s.json").write_text(selection.dump(kept), "ascii")
    assert selection.load(tmp_path / "s.json") == kept


def test_the_schema_is_printed_and_holds_for_what_is_written(refactorkit: CommandLine) -> None:
    schema = json.loads(refactorkit("schema", "selection").out)
    Draft202012Validator.check_schema(schema)
    case = next(case for case in CHANGING if case.codemod == "http-url")
    made = run(case)[0]
    document = json.loads(selection.dump(selected(made, places(made))))
    assert document["sites"]
    assert list(Draft202012Validator(schema).iter_errors(document)) == []
    document["sites"][0]["verdict"] = "perhaps"
    assert list(Draft202012Validator(schema).iter_errors(document)) != []


def test_a_site_in_a_file_whose_name_is_no_utf_8_can_be_accepted(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    name = b"pair\xff.py".decode("utf-8", "surrogateescape")
    before = (ROOT / "golden/sync_wrapper/equal_bodies_collapse/before/app/store.py").read_bytes()
    repository.commit({"bridge.py": "def run_coro_as_sync(x): ...\n", name: before})
    page = tmp_path / "page.html"
    made = refactorkit(
        "apply", "sync-wrapper", ".", "--dry-run", "--output-format", "html", "--output", str(page)
    )
    assert made.code == 0, made.err
    data = json.loads(re.findall(r'id="data">(.*?)</script>', page.read_text("utf-8"))[0])
    assert name in [file["path"] for file in data["files"]]
    file = tmp_path / "selection.json"
    site = selection.Site(
        codemod="sync-wrapper", path=name, line=1, end_line=1, level=Level.PROVED,
        digest=selection.digest([before.split(b"\n")[0]]),
    )  # fmt: skip
    asked = selection.Reviewed(version=data["codemods"][0]["version"])
    file.write_text(selection.dump(selection.Selection(codemods={"sync-wrapper": asked}, sites=(site,))))
    result = refactorkit("apply", "sync-wrapper", ".", "--dry-run", "--selection", str(file))
    assert result.code == 2
    assert r"pair\xff.py:1 can't be changed" in result.complaint
