"""Bowler queries run like any codemod: planned in memory, site by site, on a branch, and only when a person names the file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from refactorkit import catalogue
from refactorkit.application import Request, apply
from refactorkit.config import ConfigError
from repositories import CommandLine, Repository, environment

RENAME = """'''Rename old to new.'''
from bowler import Query


def query(paths):
    return Query(*paths).select_var("old").rename("new")
"""
BRANCH = "refactorkit/bowler-q"


@pytest.fixture
def project(repository: Repository, tmp_path: Path) -> Repository:
    """A repository with one site, and beside it the query that renames it."""
    repository.commit({"src/a.py": "old = 1\nother = old\n", "src/b.py": "x = 1\n"})
    (tmp_path / "q.py").write_text(RENAME)
    return repository


def query(tmp_path: Path, text: str) -> str:
    """The argument for a query with this text."""
    (tmp_path / "q.py").write_text(text)
    return f"bowler:{tmp_path / 'q.py'}"


def after(refactorkit: CommandLine, repository: Repository, argument: str, data: bytes) -> bytes:
    """What a query makes of a file with these bytes."""
    repository.commit({"src/a.py": data}, "another file")
    result = refactorkit("apply", argument, "src")
    assert result.code == 0, result.err
    return repository.show(f"{BRANCH}:src/a.py")


def test_a_query_is_committed_on_a_branch_of_its_own_and_nothing_else_is_touched(
    project: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    before = project.state()
    result = refactorkit("apply", query(tmp_path, RENAME), "src")
    assert result.code == 0, result.err
    assert project.show(f"{BRANCH}:src/a.py") == b"new = 1\nother = new\n"
    assert project.state() == before
    text = project.git("log", "-1", "--format=%B", BRANCH)
    assert "Rename old to new." in text
    options = json.loads(
        project.git("log", "-1", "--format=%(trailers:key=Refactorkit-Options,valueonly)", BRANCH)
    )
    assert options["bowler"] == "0.9.0"
    assert len(options["sha256"]) == 64


def test_each_line_that_changes_is_a_finding_and_a_second_run_finds_nothing(
    project: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    argument = query(tmp_path, RENAME)
    document = refactorkit("apply", argument, "src", "--dry-run", "--output-format", "json").document
    places = [(f["path"], f["line"], f["column"], f["status"]) for f in document["findings"]]
    assert places == [("src/a.py", 1, 0, "changed"), ("src/a.py", 2, 8, "changed")]
    assert document["codemod"] == "bowler-q"
    assert document["files"]["admitted"] == 1
    refactorkit("apply", argument, "src", "--in-place")
    assert refactorkit("apply", argument, "src", "--in-place", "--check").code == 0


def test_a_site_can_be_suppressed_or_left_out(
    project: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    project.commit({"src/a.py": "old = 1  # refactorkit: ignore\nother = old\nlast = old\n"})
    arguments = ["apply", query(tmp_path, RENAME), "src", "--only", "src/a.py:3"]
    document = refactorkit(*arguments, "--dry-run", "--output-format", "json").document
    assert [f["reason"] for f in document["findings"]] == ["suppressed", "not-selected", None]


@pytest.mark.parametrize(
    "data",
    [
        b"old = 1\r\nx = 2\r\n",
        b"old = 1\rx = 2\r",
        b"\xef\xbb\xbfold = 1\n",
        b"# coding: latin-1\nold = '\xe9'\n",
        b"\x0cold = 1\n\x0c\nx = 2\n",
        b"x = 2\nold = 1",
        b"x = 1\r\nif x:\n\told = 1\r\n    \n# end\r\n",
        b"x = '''a\x0b\r\nb'''\r\nold = x \\\r\n  + 1\r\n",
    ],
    ids=["crlf", "cr", "bom", "latin-1", "form-feed", "no-line-end", "mixed-and-tabs", "in-strings"],
)
def test_all_other_bytes_stay(
    project: Repository, refactorkit: CommandLine, tmp_path: Path, data: bytes
) -> None:
    argument = query(tmp_path, RENAME)
    assert after(refactorkit, project, argument, data) == data.replace(b"old", b"new")


def test_a_file_that_its_grammar_cannot_read_is_skipped_and_one_that_nobody_can_read_has_failed(
    project: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    project.commit({"src/m.py": "match old:\n    case 1:\n        pass\n", "src/bad.py": "old = (\n"})
    result = refactorkit("apply", query(tmp_path, RENAME), "src", "--output-format", "json")
    assert result.code == 3
    (skipped,) = result.document["skipped"]
    (failed,) = result.document["failures"]
    assert skipped["path"] == "src/m.py"
    assert "syntax that Bowler's grammar" in skipped["reason"]
    assert failed["path"] == "src/bad.py"
    assert "not valid Python" in failed["error"]
    assert result.document["files"]["skipped"] == 1
    assert project.show(f"{BRANCH}:src/a.py").startswith(b"new")


def test_a_query_that_raises_costs_the_file_and_not_the_run(
    project: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    text = RENAME.replace('.rename("new")', '.modify(fails).rename("new")')
    text += (
        "\ndef fails(node, capture, filename):\n    if 'c.py' in filename:\n        raise SystemExit('no')\n"
    )
    project.commit({"src/c.py": "old = 3\n"})
    result = refactorkit("apply", query(tmp_path, text), "src", "--output-format", "json")
    assert result.code == 3
    assert [(f["path"], f["error"]) for f in result.document["failures"]] == [
        ("src/c.py", "the query raised SystemExit: no")
    ]
    assert [change["path"] for change in result.document["changes"]] == ["src/a.py"]


def test_what_bowler_would_print_ask_and_write_by_itself_does_not_happen(
    project: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    text = RENAME.replace('.rename("new")', '.rename("new").dump().idiff().write()') + "    # end\n"
    text = text.replace("    return", "    print('hello')\n    return")
    before = project.state()
    result = refactorkit("apply", query(tmp_path, text), "src", "--dry-run", "--output-format", "json")
    assert result.code == 0, result.err
    assert result.document["files"]["changed"] == 1
    assert project.state() == before


def test_a_query_starts_anew_for_each_file(
    project: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    text = RENAME.replace('.rename("new")', ".modify(once)")
    text += (
        "\ndone = []\n\n\ndef once(node, capture, filename):\n    if not done:\n        done.append(node)\n"
        "        node.children[0].value = 'first'\n"
    )
    text = text.replace('select_var("old")', "select(\"expr_stmt< 'old' any* >\")")
    project.commit({"src/c.py": "old = 3\n"})
    document = refactorkit("apply", query(tmp_path, text), "src", "--output-format", "json").document
    assert [change["path"] for change in document["changes"]] == ["src/a.py", "src/c.py"]


def test_two_workers_do_what_one_process_does(
    project: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    project.commit({f"src/n{number}.py": f"old = {number}\n" for number in range(22)})
    arguments = [
        "apply",
        query(tmp_path, RENAME),
        "src",
        "--dry-run",
        "--no-cache",
        "--output-format",
        "diff",
    ]
    one, two = refactorkit(*arguments), refactorkit(*arguments, "--jobs", "2")
    assert one.out.count("+new = ") == 23
    assert one.out == two.out


def test_what_is_selected_and_not_changed_is_in_the_ledger(
    project: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    text = RENAME.replace('.rename("new")', "")
    document = refactorkit(
        "apply", query(tmp_path, text), "src", "--dry-run", "--output-format", "json"
    ).document
    assert {f["reason"] for f in document["findings"]} == {"matched-only"}
    assert document["changes"] == []


def test_a_processor_may_reject_a_hunk(project: Repository, refactorkit: CommandLine, tmp_path: Path) -> None:
    text = RENAME.replace('.rename("new")', '.rename("new").process(lambda name, hunk: "+new = 1" in hunk)')
    document = refactorkit(
        "apply", query(tmp_path, text), "src", "--dry-run", "--output-format", "json"
    ).document
    assert [f["reason"] for f in document["findings"]] == [None, "rejected-by-query"]


def test_a_kept_result_is_used_until_the_query_changes(
    project: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    def parsed(text: str) -> int:
        arguments = ["apply", query(tmp_path, text), "src", "--dry-run", "--output-format", "json"]
        return int(refactorkit(*arguments).document["files"]["parsed"])

    impure = RENAME.replace("from bowler", "import os\nfrom bowler")
    assert [parsed(RENAME), parsed(RENAME), parsed(RENAME + "# more\n")] == [1, 0, 1]
    assert [parsed(impure), parsed(impure)] == [1, 1]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (None, "can't be read: No such file or directory: check the path"),
        ("def query(:\n", "line 1: invalid syntax: correct it"),
        ("x = 1\n", "defines no query(paths): write one that returns a bowler.Query"),
        ("def query(paths):\n    pass\n", "query(paths) must return a bowler.Query, and it returns NoneType"),
        ("1 / 0\n", "can't be run: ZeroDivisionError: division by zero: correct it"),
        (
            "from bowler import Query\n\n\ndef query(paths):\n    return Query().select('<<')\n",
            ": correct it",
        ),
    ],
    ids=["missing", "syntax", "no-query", "no-result", "raises", "pattern"],
)
def test_a_query_that_cannot_be_used_is_one_line(
    project: Repository, refactorkit: CommandLine, tmp_path: Path, text: str | None, complaint: str
) -> None:
    argument = query(tmp_path, text or "")
    if text is None:
        (tmp_path / "q.py").unlink()
    result = refactorkit("apply", argument, "src")
    assert result.code == 2
    assert result.complaint.endswith(complaint)


def test_only_a_command_line_runs_a_query(project: Repository, tmp_path: Path) -> None:
    argument = query(tmp_path, f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    with pytest.raises(ConfigError, match="only `refactorkit apply"):
        list(apply(Request(codemods=(argument,), paths=("src",)), project.path, pytest.fail))
    for asked in (catalogue.load, catalogue.options, catalogue.reasons, catalogue.listed):
        with pytest.raises(ConfigError):
            asked(argument)
    assert not (tmp_path / "ran").exists()


def test_bowler_is_loaded_only_for_a_query(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    script = "import sys; from refactorkit.cli.program import run; run(sys.argv[1:]); print([m for m in sys.modules if m.split('.')[0] in ('bowler', 'fissix')])"
    for arguments in (["--help"], ["list"], ["apply", "http-url", ".", "--dry-run"]):
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True
        )  # fmt: skip
        assert done.stdout.splitlines()[-1] == "[]"


def test_two_queries_of_one_name_are_told_apart_by_nobody(
    project: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "q.py").write_text(RENAME)
    result = refactorkit("apply", f"{query(tmp_path, RENAME)},bowler:{tmp_path}/other/q.py", "src")
    assert (result.code, result.complaint) == (2, "bowler-q is named twice: name it once")


@pytest.mark.parametrize("name", ["bowler:no-such-file.py", "bowler-q"])
def test_queries_are_explained_without_being_run(refactorkit: CommandLine, name: str) -> None:
    shown = refactorkit("explain", name)
    assert (shown.code, shown.err) == (0, "")
    assert "matched-only" in shown.out


@pytest.mark.parametrize(
    "output_format", ["sarif", "github", "gitlab", "rdjson", "markdown", "html", "diff", "json"]
)
def test_every_format_shows_a_query(
    project: Repository, refactorkit: CommandLine, tmp_path: Path, output_format: str
) -> None:
    arguments = ["apply", query(tmp_path, RENAME), "src", "--dry-run", "--output-format", output_format]
    shown = refactorkit(*arguments)
    assert (shown.code, shown.err) == (0, "")
    assert "src/a.py" in shown.out
