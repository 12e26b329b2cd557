"""The comment for a pull request: what a renderer makes of it, whatever names, messages and code hold."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from markdown_it import MarkdownIt

from refactorkit.model import Change, Failed, Finding, Level, Plan, Status, Unchanged, Verification
from refactorkit.report import markdown
from refactorkit.report.rules import Rules
from repositories import BRANCH, WARN, CommandLine, Repository

RULES = {
    name: Rules(codemod=name, summary="S.", text="T.", advice={"no": "Set `a|b` or <i>say</i> yes."}, is_one_change=False)
    for name in ("x", "y")
}  # fmt: skip
HOSTILE = "a`b|c</code></summary><script>@team#12 :joy: *d*_e_[f](g)/__init__.py"
FENCED = b'"""\n```\n````diff\n~~~\n"""\n</details>\n'


def finding(path: str = "a.py", line: int = 1, **more: Any) -> Finding:
    given = {"status": Status.REFUSED, "level": Level.BOUNDARY, "reason": "no", "message": "m", **more}
    return Finding(path=path, line=line, column=0, end_line=line, **given)


def changed(path: str, before: bytes | None, after: bytes | None, message: str = "m") -> Change:
    found = finding(path, status=Status.CHANGED, level=Level.PROVED, reason=None, message=message)
    return Change(path=path, before=before, after=after, findings=(found,))


def plan_of(*outcomes: Any, codemod: str = "x", **more: Any) -> Plan:
    return Plan(codemod=codemod, version="1", options={}, outcomes=outcomes, **more)


def tokens(text: str) -> list[Any]:
    """What a CommonMark renderer with tables sees."""
    return MarkdownIt("commonmark").enable("table").parse(text)


def fences(text: str) -> list[str]:
    """The contents of the code blocks, which must all be diffs."""
    found = [token for token in tokens(text) if token.type == "fence"]
    return [token.content for token in found if token.info == "diff"]


def shown(text: str) -> str:
    """The text that a reader sees, without tags."""
    html = MarkdownIt("commonmark").enable("table").render(text)
    return re.sub(r"&(lt|gt|amp|quot);", lambda m: {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}[m[1]], re.sub(r"<[^<>]*>", "", html))  # fmt: skip


def is_balanced(text: str) -> bool:
    html = "".join(token.content for token in tokens(text) if token.type == "html_block")
    return html.count("<details>") == html.count("</details>") == text.count("\n<details>\n")


def test_fences_survive_backquotes_and_ends_of_folds_in_code() -> None:
    text = markdown.render([plan_of(changed("a.py", FENCED, b"x\n" + FENCED))], RULES)
    (diff,) = fences(text)
    assert diff.endswith('+x\n """\n ```\n ````diff\n')
    assert is_balanced(text)
    assert "`````diff" in text


def test_nothing_that_is_quoted_means_anything_to_the_forge() -> None:
    message = f"{HOSTILE}\n\n# head </details>\x1b[2J\u202e"
    refusal = Unchanged(path=HOSTILE, findings=(finding(HOSTILE, message=message),))
    failed = Failed(path=HOSTILE, error=message)
    gate = Verification(gate="g|", ok=None, detail=message)
    text = markdown.render(
        [plan_of(refusal, changed(HOSTILE, b"", b"x\n", message), failed, verification=(gate,))], RULES
    )
    assert is_balanced(text)
    assert not set(text) & {"\x1b", "\u202e"}
    said = shown(text.replace("&#8203;", ""))
    assert said.count(HOSTILE) == 9  # path and message, each of four, and the diff's head
    prose = re.sub(r"<code>.*?</code>", "", text.partition("```")[0])
    assert not re.search(r"(@|&#64;)\w|&#35;12", prose)
    inline = [
        child.type for token in tokens(text) if token.type == "inline" for child in token.children or ()
    ]
    assert not {"em_open", "link_open", "image"} & set(inline)
    html = {
        c.content
        for t in tokens(text)
        if t.type == "inline"
        for c in t.children or ()
        if c.type == "html_inline"
    }
    assert html <= {"<code>", "</code>", "<br>"}


@pytest.mark.parametrize(
    "path", ["__init__.py", "_a/_b_/c_d.py", "a__b__.py", "~~a~~.py", "$x$.py", "a\\*b*.py"]
)
def test_names_are_shown_as_they_are(path: str) -> None:
    text = markdown.render([plan_of(Unchanged(path=path, findings=(finding(path, message=path),)))], RULES)
    assert shown(text).count(path) == 2
    inline = [
        child.type for token in tokens(text) if token.type == "inline" for child in token.children or ()
    ]
    assert set(inline) & {"em_open", "strong_open"} == {"strong_open"}  # that of the reason


def test_the_table_counts_by_codemod_and_level() -> None:
    sure = finding(status=Status.CHANGED, level=Level.PROVED, reason=None)
    seen = msgspec.structs.replace(sure, level=Level.OBSERVED)
    first = plan_of(Change(path="a.py", before=b"", after=b"x\n", findings=(sure, sure, seen, finding())))
    second = plan_of(
        Unchanged(path="b.py", findings=(finding("b.py", status=Status.SUGGESTED),)), codemod="y"
    )
    rows = [line for line in markdown.render([first, second], RULES).splitlines() if line.startswith("|")]
    assert rows[:4] == [
        "| codemod | files | sites changed | suggested | refused |",
        "| --- | --: | --- | --: | --: |",
        "| `x` | 1 | 2 proved, 1 observed |  | 1 |",
        "| `y` |  | none | 1 |  |",
    ]


def test_refusals_are_folded_with_what_their_reason_asks_for() -> None:
    text = markdown.render(
        [plan_of(Unchanged(path="a.py", findings=(finding(line=3), finding(line=7))))], RULES
    )
    assert "<summary>x: 2 sites left alone</summary>" in text
    assert "no (2 sites): Set a|b or <i>say</i> yes." in shown(text)
    assert [line for line in shown(text).splitlines() if "a.py:" in line] == ["a.py:3", "a.py:7"]


def test_an_empty_plan_is_a_short_comment_with_the_same_mark() -> None:
    empty, full = plan_of(), plan_of(changed("a.py", b"", b"x\n"))
    assert markdown.render([empty], RULES).splitlines()[::2] == [
        "<!-- refactorkit: x -->",
        "### refactorkit: nothing to change",
        "| codemod | sites changed |",
        "| `x` | none |",
    ]
    assert markdown.render([full], RULES).splitlines()[0] == markdown.mark([empty])


def lines(number: int, word: str = "line") -> bytes:
    return b"".join(f"{word} = {n}\n".encode() for n in range(number))


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("word", ["line", "\N{GRINNING FACE}"])
def test_a_comment_is_never_longer_than_github_takes(word: str) -> None:
    changes = [changed(f"{n:02}.py", b"", lines(400 * n, word)) for n in range(30)]
    refusals = [Unchanged(path=f"z{n}", findings=(finding(f"z{n}", message=word * 30),)) for n in range(2000)]
    text = markdown.render([plan_of(*changes, *refusals)], RULES)
    assert 50_000 < units(text) <= markdown.LIMIT - markdown.SPARE
    assert is_balanced(text)
    assert re.search(r"And [\d,]+ more sites, which `--output-format json` lists\.", text)
    assert re.search(r"Not all of the diff fits here, and \d+ more files change\. All of it:", text)
    assert "refactorkit apply x . --dry-run --output-format diff" in text
    assert sum("the rest of this diff does not fit here" in diff for diff in fences(text)) > 2


@pytest.mark.parametrize("number", [2, 40])
def test_one_long_diff_leaves_room_for_the_others(number: int) -> None:
    changes = [
        changed("a.py", b"", lines(20_000)),
        *(changed(f"b{n}.py", b"", b"x\n") for n in range(number)),
    ]
    text = markdown.render([plan_of(*changes, commit="0", branch="refactorkit/x")], RULES)
    assert units(text) <= markdown.LIMIT - markdown.SPARE
    assert len(fences(text)) == number + 1
    assert "git diff HEAD...refactorkit/x" in text


def test_diffs_are_shown_in_the_files_own_encoding_and_without_carriage_returns() -> None:
    latin = b"# coding: latin-1\r\n'\xe9'\r\n"
    (diff,) = fences(
        markdown.render([plan_of(changed("a.py", latin, latin.replace(b"\xe9", b"\xe8")))], RULES)
    )
    assert "-'\xe9'\n+'\xe8'\n" in diff
    assert "\\r" not in diff
    (diff,) = fences(markdown.render([plan_of(changed("a.py", b"x\r\n", b"x\n\x1b[2J"))], RULES))
    assert "-x\\r\n+x\n+\\x1b[2J\n" in diff


@pytest.mark.parametrize(
    ("before", "after", "counts"),
    [(None, b"x\ny\n", "+2 \N{MINUS SIGN}0 (added)"), (b"x\n", None, "+0 \N{MINUS SIGN}1 (deleted)"),
     (None, b"", "+0 \N{MINUS SIGN}0 (added)"), (b"-- a\n", b"++ a\n", "+1 \N{MINUS SIGN}1")],
)  # fmt: skip
def test_new_deleted_and_empty_files_are_counted_and_named(
    before: bytes | None, after: bytes | None, counts: str
) -> None:
    text = markdown.render([plan_of(changed("a.py", before, after))], RULES)
    assert f"<summary><code>a.py</code> {counts}</summary>" in text
    assert is_balanced(text)


def test_a_committed_branch_is_named_and_checks_are_told(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit({"a.py": WARN, "bad.py": "warn("})
    result = refactorkit.apply("logging-warn", ".", "--output-format", "markdown")
    assert result.code == 3
    assert "### refactorkit: 1 file changed on a branch" in result.out
    assert f"<code>{BRANCH}</code>" in result.out
    assert "Checked: source, second-run.<br>\nformat not run for `logging-warn`: " in result.out
    assert "- <code>bad.py</code>: " in result.out
    assert fences(result.out) == [
        "--- a/a.py\n+++ b/a.py\n@@ -1,3 +1,3 @@\n import logging\n \n-logging.warn('x')\n+logging.warning('x')\n"
    ]
