"""The gates: what must hold before a change may become a commit. A file that fails one is dropped with its reason."""

from __future__ import annotations

import difflib
import io
import re
import tokenize
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from refactorkit.codemod import Codemod
from refactorkit.config import Scope
from refactorkit.model import Change, Finding, Level, Outcome, Reason, Source, Status, Unchanged, Verification
from refactorkit.syntax import describe, syntax_tree
from refactorkit.transform import transform

REQUIRES = re.compile(rb"^requires-python\s*=\s*[\"'][^\"'\n]*?(?:>=|~=|==|>)\s*3\.(\d+)", re.MULTILINE)


REPEATABLE = frozenset(["format", "source", "second-run"])
"""The gates that look at nothing but the plan and the sources, so that their results may be kept between runs."""


Rerun = Callable[[Codemod, Sequence[Source], Any, Scope], list[Outcome]]
"""What `transform` does with a codemod, sources, facts and scope."""


class GateFailure(Exception):
    """A change fails a gate. `reason` is the code for the ledger."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def verify(
    codemod: Codemod,
    outcomes: Sequence[Outcome],
    sources: Mapping[str, Source],
    scope: Scope,
    configuration: Mapping[str, bytes],
    again: Rerun = transform,
) -> tuple[list[Outcome], list[Verification]]:
    """The outcomes with every change that fails a gate dropped, and one line for each gate.

    `configuration` holds the target's pyproject.toml files by path: they say which Python the result must be for.
    `again` runs the codemod on the changed files.
    """
    checked = [_checked(outcome, configuration) for outcome in outcomes]
    changes = [o for o in checked if isinstance(o, Change) and o.path.endswith((".py", ".pyi"))]
    dropped = [o for o in checked if isinstance(o, Unchanged) and any(_is_gate(f) for f in o.findings)]
    detail = (
        f"{count(len(changes), 'file')} parse, keep their comments and change only the lines in the ledger"
    )
    lines = [
        Verification(gate="source", ok=not dropped, detail=detail if not dropped else _failures(dropped))
    ]
    if not changes:
        return checked, lines
    unstable = _second_run(codemod, changes, sources, scope, again)
    if unstable:
        checked = [
            _dropped(o, Reason.UNSTABLE, unstable[o.path])
            if isinstance(o, Change) and o.path in unstable
            else o
            for o in checked
        ]
    said = f"a second run changes {', '.join(sorted(unstable)) or 'nothing'}"
    return checked, [*lines, Verification(gate="second-run", ok=not unstable, detail=said)]


def count(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _is_gate(finding: Finding) -> bool:
    return finding.evidence.get("gate") is True


def _failures(dropped: Sequence[Unchanged]) -> str:
    return "; ".join(f"{o.path}: {next(f.message for f in o.findings if _is_gate(f))}" for o in dropped)


def _checked(outcome: Outcome, configuration: Mapping[str, bytes]) -> Outcome:
    if not isinstance(outcome, Change) or not outcome.path.endswith((".py", ".pyi")):
        return outcome
    try:
        parses(outcome, target_python(outcome.path, configuration))
        keeps_comments(outcome)
        stays_in_place(outcome)
    except GateFailure as failure:
        return _dropped(outcome, failure.reason, str(failure))
    return outcome


def _dropped(change: Change, reason: Reason, message: str) -> Unchanged:
    """The file as it was, with every change in it refused for the gate's reason."""
    findings = change.findings
    if not any(f.status is Status.CHANGED for f in findings):  # the codemod didn't say what it did
        unnamed = Finding(
            path=change.path, line=1, column=0, end_line=1, status=Status.CHANGED, level=Level.SUGGESTED, message=""
        )  # fmt: skip
        findings = (unnamed, *findings)
    return Unchanged(
        path=change.path,
        findings=tuple(
            msgspec.structs.replace(
                f,
                status=Status.REFUSED,
                level=Level.SUGGESTED,
                reason=reason,
                message=message,
                evidence={**f.evidence, "gate": True},
            )
            if f.status is Status.CHANGED
            else f
            for f in findings
        ),
    )


def target_python(path: str, configuration: Mapping[str, bytes]) -> tuple[int, int] | None:
    """The oldest Python 3 that the nearest pyproject.toml with `requires-python` admits, or None if none says."""
    folder = path.rpartition("/")[0]
    while True:
        data = configuration.get(f"{folder}/pyproject.toml" if folder else "pyproject.toml", b"")
        if found := REQUIRES.search(data):
            return 3, int(found.group(1))
        if not folder:
            return None
        folder = folder.rpartition("/")[0]


def parses(change: Change, python: tuple[int, int] | None = None) -> None:
    """The new bytes must be valid Python, and for the target's oldest Python as far as `ast` can tell.

    `ast.parse(feature_version=...)` is a best effort by its own documentation; a file that was newer than that before
    is only held against the running Python.
    """
    if change.after is None or (python and _is_valid(change.after, python)):
        return
    error = _fault(change.after)
    if error is None:
        if python and change.before is not None and _is_valid(change.before, python):
            version = f"{python[0]}.{python[1]}"
            raise GateFailure(Reason.DOES_NOT_PARSE, f"the result is not valid Python {version}")
        return
    if change.before is not None and _fault(change.before) is not None:
        error = _fault_for_libcst(change.after)  # syntax that is newer than this Python
        if error is None:
            return
    raise GateFailure(Reason.DOES_NOT_PARSE, f"the result is {describe(error)}") from error


def _is_valid(data: bytes, python: tuple[int, int]) -> bool:
    try:
        syntax_tree(data, python)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def _fault(data: bytes) -> Exception | None:
    try:
        syntax_tree(data)
    except (SyntaxError, ValueError, RecursionError) as error:
        return error
    return None


def _fault_for_libcst(data: bytes) -> Exception | None:
    import libcst as cst

    try:
        cst.parse_module(data)
    except (cst.ParserSyntaxError, UnicodeDecodeError, RecursionError) as error:
        return error
    return None


def keeps_comments(change: Change) -> None:
    """Every comment must still be there, save those that the codemod took out on purpose."""
    if change.before is None or change.after is None:
        return
    lost = [line for line in _vanished(change.before, change.after) if _holds_comment(line, change.retired)]
    if not lost:
        return
    before, after = comments_of(change.before), comments_of(change.after)
    missing = before - after - Counter(change.retired)
    if missing:
        raise GateFailure(Reason.COMMENT_LOST, f"the comment {next(iter(missing))!r} would be lost")


def _holds_comment(line: bytes, retired: Sequence[str]) -> bool:
    """Whether a line may hold a comment beside one that was taken out on purpose: then it pays to tokenize."""
    text = line.rstrip()
    for comment in retired:
        text = text.removesuffix(comment.encode())
    return b"#" in text


def _vanished(before: bytes, after: bytes) -> list[bytes]:
    return list((Counter(before.splitlines()) - Counter(after.splitlines())).elements())


def comments_of(data: bytes) -> Counter[str]:
    """The comments of a file, each with how often it stands there."""
    found: Counter[str] = Counter()
    try:
        for token in tokenize.tokenize(io.BytesIO(data).readline):
            if token.type == tokenize.COMMENT:
                found[token.string.rstrip()] += 1
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return found
    return found


def stays_in_place(change: Change) -> None:
    """Every line that differs must lie within a finding that says so, or next to it."""
    if change.before is None or change.after is None:
        return
    spans = [(f.line, f.end_line) for f in change.findings if f.status is Status.CHANGED]
    for first, last, slack in hunks(change.before, change.after):
        if not any(_within(first - up, last - up, spans) for up in range(slack + 1)):
            raise GateFailure(Reason.LINE_MOVED, f"line {first} would change, which no finding names")


def _within(first: int, last: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether each line of a hunk lies in some span; an insertion must adjoin one."""
    if last < first:
        return any(start - 1 <= first <= end + 1 for start, end in spans)
    return all(any(start <= line <= end for start, end in spans) for line in range(first, last + 1))


LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")


def hunks(before: bytes, after: bytes) -> list[tuple[int, int, int]]:
    """The line ranges of `before` (from 1, both ends included) that differ; `last` < `first` for an insertion.

    The third number says by how many lines an insertion can be moved up and still be the same: where it begins with
    lines that stand above it as well, such as blank ones, its place is a matter of taste.
    """
    old, new = ([m.group() for m in LINE.finditer(data) if m.group()] for data in (before, after))
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    matcher = difflib.SequenceMatcher(
        None, old[start : len(old) - end], new[start : len(new) - end], autojunk=False
    )
    found = []
    for tag, i1, i2, _, j2 in matcher.get_opcodes():
        if tag != "equal":
            first, slack = start + i1, 0
            while tag == "insert" and slack < first and old[first - 1 - slack] == new[start + j2 - 1 - slack]:
                slack += 1
            found.append((first + 1, start + i2, slack))
    return found


def _second_run(
    codemod: Codemod,
    changes: Sequence[Change],
    sources: Mapping[str, Source],
    scope: Scope,
    again: Rerun,
) -> dict[str, str]:
    """The changed files that the codemod would change again, with what it would say; no outcome counts as success."""
    after = dict(sources)
    for change in changes:
        after[change.path] = Source(path=change.path, data=change.after or b"", mode=change.mode)
    admitted = [after[c.path] for c in changes if codemod.admits(after[c.path].data)]
    if not admitted:
        return {}
    facts = codemod.survey(after, scope) if codemod.is_project_wide() else None
    sites = codemod.sites(facts)
    candidates = [s for s in admitted if sites is None or s.path in sites]
    return {
        o.path: "a second run would change it again"
        for o in again(codemod, candidates, facts, scope)
        if isinstance(o, Change)
    }
