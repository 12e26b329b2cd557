"""The gates: a change that breaks a promise is dropped by itself, with its reason, and the rest goes on."""

from __future__ import annotations

import pytest

from refactorkit.model import Change, Finding, Level, Status
from refactorkit.verify import GateFailure, comments_of, keeps_comments, moved_line, parses, stays_in_place
from repositories import CommandLine, Repository
from test_transform import BAD, GOOD


@pytest.mark.parametrize(
    ("fault", "reason", "message", "gate"),
    [
        ("comment", "comment-lost", "the comment '# keep' would be lost", "source"),
        ("syntax", "does-not-parse", "the result is not valid Python 3.", "source"),
        ("unstable", "unstable", "a second run would change it again", "second-run"),
        ("elsewhere", "line-moved", "line 2 would change, which no finding names", "source"),
        ("silent", "line-moved", "line 3 would change, which no finding names", "source"),
    ],
)
def test_a_change_that_breaks_a_promise_is_dropped_alone(
    repository: Repository, refactorkit: CommandLine, fault: str, reason: str, message: str, gate: str
) -> None:
    repository.commit({"a.py": GOOD, "bad.py": BAD, "z.py": GOOD})
    document = refactorkit.json("misbehaves", ".", "-o", f"fault={fault}")
    assert [c["path"] for c in document["changes"]] == ["a.py", "z.py"]
    (dropped,) = [f for f in document["findings"] if f["path"] == "bad.py"]
    assert (dropped["status"], dropped["reason"]) == ("refused", reason)
    assert dropped["message"].startswith(message)
    failed = [v["gate"] for v in document["verification"] if v["ok"] is False]
    assert failed == [gate]
    assert repository.git("diff", "--name-only", "main..refactorkit/misbehaves").split() == ["a.py", "z.py"]


def test_a_project_wide_codemod_plans_again_without_the_dropped_file(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit({"a.py": GOOD, "bad.py": BAD, "z.py": GOOD})
    document = refactorkit.json("wide-count", ".")
    assert [c["path"] for c in document["changes"]] == ["a.py", "z.py"]
    assert repository.show("refactorkit/wide-count:a.py") == b"def f():\n    return 2\n"
    reasons = {f["path"]: f["reason"] for f in document["findings"]}
    assert reasons == {"a.py": None, "bad.py": "does-not-parse", "z.py": None}


def test_a_run_limited_to_lines_is_not_taken_for_unstable(
    repository: Repository, refactorkit: CommandLine
) -> None:
    # The change takes lines out, so that the next site comes to stand on the line that was asked for.
    repository.commit(
        {
            "a.py": "import logging\nlogging.warn(\n    'x'\n)\nlogging.warn('y')\n",
            "pyproject.toml": "[tool.black]\n",
        }
    )
    document = refactorkit.json("logging-warn", ".", "--only", "a.py:2")
    assert [f["reason"] for f in document["findings"]] == [None, "not-selected"]


def changed(line: int, end_line: int) -> Finding:
    return Finding(
        path="a.py", line=line, column=0, end_line=end_line, status=Status.CHANGED, level=Level.PROVED, message=""
    )  # fmt: skip


def change(
    before: bytes | None, after: bytes | None, *findings: Finding, retired: tuple[str, ...] = ()
) -> Change:
    return Change(path="a.py", before=before, after=after, findings=findings, retired=retired)


@pytest.mark.parametrize(
    ("before", "after", "spans", "fails"),
    [
        (b"a\nb\nc\n", b"a\nB\nc\n", [(2, 2)], False),
        (b"a\nb\nc\n", b"a\nB\nc\n", [(1, 1)], True),
        (b"a\nb\nc\n", b"a\nb\nnew\nc\n", [(2, 2)], False),
        (b"a\nb\nc\n", b"new\na\nb\nc\n", [(3, 3)], True),
        (b"a\nb\nc\n", b"a\nc\n", [(2, 2)], False),
        (b"a\nb\nc\n", b"a\nb\nc", [(1, 1)], True),
        (b"a\r\nb\n", b"a\nb\n", [(2, 2)], True),
        (b"a\n\nb\n\nc\n", b"a\n\nc\n", [(3, 4)], False),
        (b"a\n\nb\n\nc\n", b"a\n\nc\n", [(2, 3)], False),
        (b"a\n\nb\n\nc\n", b"a\n\nc\n", [(1, 2)], True),
        (b"\xef\xbb\xbfa\nb\n", b"\xef\xbb\xbfb\n", [(1, 1)], False),
        (b"\xef\xbb\xbfa\nb\n", b"a\nb\n", [(2, 2)], True),
        (b"a\n\x0cb\nc\n", b"a\n\x0cb\nC\n", [(3, 3)], False),
    ],
)
def test_only_lines_that_a_finding_names_may_differ(
    before: bytes, after: bytes, spans: list[tuple[int, int]], fails: bool
) -> None:
    it = change(before, after, *(changed(*span) for span in spans))
    if fails:
        with pytest.raises(GateFailure):
            stays_in_place(it)
    else:
        stays_in_place(it)
    named = {n for first, last in spans for n in range(first, last + 1)}
    assert (moved_line(before, after, named) is not None) == fails


def test_comments_that_were_retired_may_go_and_others_may_not() -> None:
    before, after = b"x = 1  # TODO: url\ny = 2  # keep\n", b"x = 1\ny = 2  # keep\n"
    keeps_comments(change(before, after, retired=("# TODO: url",)))
    with pytest.raises(GateFailure, match="TODO"):
        keeps_comments(change(before, after))
    assert comments_of(before).total() == 2


def test_a_comment_that_moves_is_not_lost() -> None:
    keeps_comments(change(b"f(1)  # one\n", b"f(\n    1,  # one\n)\n"))
    with pytest.raises(GateFailure):
        keeps_comments(change(b"a  # same\nb  # same\n", b"a  # same\nb\n"))
    assert comments_of(b"'# no comment'\n") == {}


def test_syntax_newer_than_this_python_is_held_against_libcst() -> None:
    newer = b"match x:\n    case 1: pass\ntype A = int\ndef f[T](x: T): return x\nx = old()\n"
    parses(change(newer, newer.replace(b"old", b"new")))
    with pytest.raises(GateFailure, match="libcst"):
        parses(change(newer, newer + b"f(\n"))
    with pytest.raises(GateFailure, match="not valid Python"):
        parses(change(None, b"f(\n"))
    assert b"type A" in newer
