"""`--interactive` in a real terminal: each site is asked about, and what is accepted is what changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from repositories import BRANCH, ROOT, SAMPLES, Repository, spawn
from terminal import Session, session

ONE = "import logging\n\nlogging.warn('one')\nlogging.warn('two')\n"
TWO = "import logging\n\nlogging.warn('three')\nlogging.warn('four')\n"


@pytest.fixture
def project(repository: Repository) -> Repository:
    """Two files with two sites each."""
    repository.commit({"one.py": ONE, "two.py": TWO})
    return repository


def asked(project: Repository, keys: str, *more: str) -> Session:
    """`apply --interactive` with these keys."""
    arguments = ("apply", "logging-warn", ".", "--interactive", "--config", str(SAMPLES), *more)
    return session(keys, *arguments, cwd=project.path)


def changed(project: Repository, branch: str = BRANCH) -> list[str]:
    """The words of the sites that a branch changed."""
    if branch not in project.branches():
        return []
    added = project.git("diff", f"main..{branch}", "--unified=0").split("\n")
    return [line.split("'")[1] for line in added if line.startswith("+logging")]


@pytest.mark.parametrize(
    ("keys", "accepted", "said"),
    [
        ("ynyn", ["one", "three"], "2 accepted, 2 rejected, 0 left"),
        ("fnn", ["one", "two"], "2 accepted, 2 rejected, 0 left"),
        ("nf", ["two"], "1 accepted, 1 rejected, 2 left"),
        ("nl", ["two", "three", "four"], "3 accepted, 1 rejected, 0 left"),
        ("k", ["one", "two", "three", "four"], "4 accepted, 0 rejected, 0 left"),
        ("ysyn", ["one", "three"], "2 accepted, 1 rejected, 1 left"),
        ("yunq", [], "0 accepted, 1 rejected, 3 left"),
        ("yq", ["one"], "1 accepted, 0 rejected, 3 left"),
        ("y\x04", ["one"], "1 accepted, 0 rejected, 3 left"),
    ],
)
def test_a_key_decides_and_what_is_accepted_is_committed(
    project: Repository, keys: str, accepted: list[str], said: str
) -> None:
    ended = asked(project, keys if said.endswith(" 0 left") or keys[-1] in "qn\x04" else keys + "q")
    assert ended.code == 0, ended.shown
    assert said in ended.shown
    assert changed(project) == accepted


def test_a_site_is_shown_with_its_change_and_explained_when_asked(project: Repository) -> None:
    ended = asked(project, "e?xnq")
    assert "one.py:3  1 of 4  proved" in ended.shown
    assert "-logging.warn('one')" in ended.shown
    assert "+logging.warning('one')" in ended.shown
    assert "Why: deprecated since Python 3.3, removed in 3.13." in ended.shown
    assert ended.shown.count("u  take the last answer back") == 2
    assert "logging.warn is deprecated" in ended.shown
    assert changed(project) == []


def test_a_file_keeps_the_answers_and_the_next_review_goes_on_from_there(
    project: Repository, tmp_path: Path
) -> None:
    file = tmp_path / "kept.json"
    first = asked(project, "ynq", "--selection", str(file))
    assert first.code == 0, first.shown
    assert f"kept in {file}" in first.shown.replace("\n", " ")
    assert changed(project) == ["one"]
    verdicts = [(s["path"], s["line"], s["verdict"]) for s in json.loads(file.read_text())["sites"]]
    assert verdicts == [("one.py", 3, "accepted"), ("one.py", 4, "rejected")]
    second = asked(project, "yn", "--selection", str(file))
    assert "4 sites, 2 decided before" in second.shown
    assert "one.py:3" not in second.shown.partition("decided before")[2].partition("accepted, ")[0]
    assert changed(project) == ["one", "three"]
    again = spawn(
        "apply", "logging-warn", ".", "--selection", str(file), "--config", str(SAMPLES), cwd=project.path
    )
    assert again.code == 0, again.err
    assert changed(project) == ["one", "three"]


def test_a_decision_on_lines_that_changed_since_is_asked_for_again(
    project: Repository, tmp_path: Path
) -> None:
    file = tmp_path / "kept.json"
    asked(project, "yyyy", "--selection", str(file))
    project.commit({"one.py": ONE.replace("one", "eins")})
    ended = asked(project, "n", "--selection", str(file))
    assert "4 sites, 3 decided before" in ended.shown
    assert "one.py:3  1 of 4" in ended.shown
    assert changed(project) == ["two", "three", "four"]


def test_a_terminal_that_goes_away_leaves_the_answers_and_no_branch(
    project: Repository, tmp_path: Path
) -> None:
    file = tmp_path / "kept.json"
    before = project.state()
    ended = asked(project, "y", "--selection", str(file))
    assert ended.code != 0
    assert len(json.loads(file.read_text())["sites"]) == 1
    assert project.state() == before
    assert BRANCH not in project.branches()


def test_control_c_applies_nothing(project: Repository) -> None:
    ended = asked(project, "y\x03")
    assert ended.code == 130
    assert "interrupted, nothing half-written" in ended.shown
    assert BRANCH not in project.branches()


def test_a_site_that_needs_another_asks_about_that(repository: Repository) -> None:
    case = ROOT / "golden" / "http_url" / "a_subclass_changes_with_its_base" / "before"
    repository.commit({path.name: path.read_bytes() for path in case.iterdir()})
    arguments = ("apply", "http-url", ".", "--interactive")
    taken = session("yny", *arguments, cwd=repository.path)
    assert taken.code == 0, taken.shown
    assert "app.py:12 can change only together with app.py:16." in taken.shown
    assert repository.show("refactorkit/http-url:app.py").count(b"HttpUrl") == 3
    repository.git("branch", "-q", "-D", "refactorkit/http-url")
    left = session("ynn", *arguments, cwd=repository.path)
    assert left.code == 0, left.shown
    assert "refactorkit/http-url" not in repository.branches()


def test_without_a_terminal_it_is_refused_in_one_line(project: Repository) -> None:
    ended = spawn("apply", "logging-warn", ".", "--interactive", "--config", str(SAMPLES), cwd=project.path)
    assert ended.code == 2
    assert ended.complaint == (
        "--interactive needs a terminal: run it in one, or review the page of --output-format html"
    )
    assert ended.out == ""


def test_several_codemods_on_top_of_each_other_are_refused(project: Repository) -> None:
    arguments = (
        "apply",
        "logging-warn,wide-count",
        ".",
        "--interactive",
        "--stack",
        "--config",
        str(SAMPLES),
    )
    ended = session("", *arguments, cwd=project.path)
    assert ended.code == 2
    assert "--interactive asks about one codemod at a time here: name one" in ended.shown
