"""The gates: what must hold before a change may become a commit. A file that fails one is dropped with its reason."""

from __future__ import annotations

import io
import re
import tokenize
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import msgspec

from refactorkit.analysis.target_python import FileReader, file_reader, python_for
from refactorkit.carried_scope import carried_scope
from refactorkit.codemod import Codemod
from refactorkit.config import Scope
from refactorkit.facts import Answers, extractor
from refactorkit.model import Change, Finding, Level, Outcome, Reason, Source, Status, Unchanged, Verification
from refactorkit.splice import BOM
from refactorkit.syntax import describe, syntax_tree
from refactorkit.transform import transform

REPEATABLE = frozenset(["format", "source", "second-run", "recording"])
"""The gates that look at nothing but the plan, its options and the sources, so that their results may be kept between runs."""


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

    `configuration` holds the target's metadata by path: it says which Python the result must be for.
    `again` runs the codemod on the changed files.
    """
    checked = _all_checked(outcomes, file_reader(configuration, sources))
    changes = [o for o in checked if isinstance(o, Change) and o.path.endswith((".py", ".pyi"))]
    failed = [o for o in checked if isinstance(o, Unchanged) and any(_is_gate(f) for f in o.findings)]
    parse = "parses, keeps its" if len(changes) == 1 else "parse, keep their"
    change = "changes" if len(changes) == 1 else "change"
    detail = f"{count(len(changes), 'file')} {parse} comments and {change} only the lines in the ledger"
    lines = [Verification(gate="source", ok=not failed, detail=detail if not failed else _failures(failed))]
    if not changes:
        return checked, lines
    unstable = _second_run(codemod, changes, sources, scope, again)
    if unstable:
        checked = [
            dropped(o, Reason.UNSTABLE, unstable[o.path])
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


class _Held(msgspec.Struct, frozen=True):
    """What the gates that look at one file alone said of its change: no reason means that it passed."""

    reason: str | None = None
    message: str = ""


_held = Answers(_Held, "source")


def _all_checked(outcomes: Sequence[Outcome], read: FileReader) -> list[Outcome]:
    """The outcomes, in which each change of a Python file that fails a gate by itself is dropped."""
    changes = [o for o in outcomes if isinstance(o, Change) and o.path.endswith((".py", ".pyi"))]
    pythons = {c.path: python_for(c.path, read) for c in changes}
    keys = {c.path: key for c in changes if (key := _asked(c, pythons[c.path])) is not None}
    known = _held.found(keys.values())
    new = {}
    said: dict[str, _Held] = {}
    for change in changes:
        key = keys.get(change.path, b"")
        if key not in known:
            said[change.path] = _checked(change, pythons[change.path])
            if key:
                new[key] = said[change.path]
        else:
            said[change.path] = known[key]
    _held.keep(new)
    return [
        dropped(o, held.reason, held.message)
        if isinstance(o, Change) and (held := said.get(o.path)) is not None and held.reason is not None
        else o
        for o in outcomes
    ]


def _asked(change: Change, python: tuple[int, int] | None) -> bytes | None:
    """What the gates' word on a change is kept under: all that they look at."""
    spans = [(f.line, f.end_line) for f in change.findings if f.status is Status.CHANGED]
    try:
        more = msgspec.msgpack.encode((python, spans, change.retired))
    except UnicodeEncodeError:  # a comment in a broken encoding
        return None
    texts = (b"" if data is None else b"+" + data for data in (change.before, change.after))
    return _held.key(more, *texts)


def _checked(change: Change, python: tuple[int, int] | None) -> _Held:
    try:
        parses(change, python)
        keeps_comments(change)
        stays_in_place(change)
    except GateFailure as failure:
        return _Held(failure.reason, str(failure))
    return _Held()


def dropped(change: Change, reason: str, message: str) -> Unchanged:
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


def parses(change: Change, python: tuple[int, int] | None = None) -> None:
    """The new bytes must be valid Python, and for the target's oldest Python as far as `ast` can tell.

    `ast.parse(feature_version=...)` is a best effort by its own documentation; a file that was newer than that before
    is only held against the running Python.
    """
    if change.after is None or (python and is_valid(change.after, python)):
        return
    error = _fault(change.after)
    if error is None:
        if python and change.before is not None and is_valid(change.before, python):
            version = f"{python[0]}.{python[1]}"
            raise GateFailure(Reason.DOES_NOT_PARSE, f"the result is not valid Python {version}")
        return
    if change.before is not None and _fault(change.before) is not None:
        error = _fault_for_libcst(change.after)  # syntax that is newer than this Python
        if error is None:
            return
    raise GateFailure(Reason.DOES_NOT_PARSE, f"the result is {describe(error)}") from error


class Valid(msgspec.Struct, frozen=True):
    """That a file is valid Python of some version."""


@extractor
def valid(data: bytes, python: tuple[int, int]) -> Valid:
    """Kept by content, since most changed files are those of the last run. Raises SyntaxError, ValueError, RecursionError."""
    syntax_tree(data, python)
    return Valid()


def is_valid(data: bytes, python: tuple[int, int]) -> bool:
    """Whether the bytes are valid Python of a version."""
    return not valid.of([Source(path="", data=data)], python).failures


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
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")  # the tokenizer before 3.12 knows no lone CR
    try:
        for token in tokenize.tokenize(io.BytesIO(data).readline):
            if token.type == tokenize.COMMENT:
                found[token.string.rstrip()] += 1
    except (tokenize.TokenError, SyntaxError, UnicodeDecodeError):
        return found
    return found


def stays_in_place(change: Change) -> None:
    """Every line that differs must lie within a finding that says so, or next to it."""
    if change.before is None or change.after is None:
        return
    named = {n for f in change.findings if f.status is Status.CHANGED for n in range(f.line, f.end_line + 1)}
    line = moved_line(change.before, change.after, named)
    if line is not None:
        raise GateFailure(Reason.LINE_MOVED, f"line {line} would change, which no finding names")


LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")


def moved_line(before: bytes, after: bytes, named: Collection[int]) -> int | None:
    """A line (from 1) of `before` that is not named and not in its place in `after`; None when there is none.

    What stands between named lines must stand in `after` as it is and in its order; in place of the named lines, and
    beside them, anything may stand. No diff is made: there are many for the same two texts, and any of them may be meant.
    """
    if before.startswith(BOM) and after.startswith(
        BOM
    ):  # it is the file's, and not that of whatever line comes first
        before, after = before.removeprefix(BOM), after.removeprefix(BOM)
    old, new = ([m.group() for m in LINE.finditer(data) if m.group()] for data in (before, after))
    first, at = 0, 0
    for end in sorted({*(n - 1 for n in named if n <= len(old)), len(old)}):
        block = old[first:end]
        is_last = end == len(old) and len(old) + 1 not in named
        place = _place(block, new, at, first == 0, is_last)
        if place is None:
            near = new[at : at + len(block)] if first == 0 or not is_last else new[-len(block) :]
            same = next((n for n, pair in enumerate(zip(block, near, strict=False)) if pair[0] != pair[1]), 0)
            return min(first + same + 1, len(old)) or 1
        first, at = end + 1, place + len(block)
    return None


def _place(block: list[bytes], new: list[bytes], at: int, is_first: bool, is_last: bool) -> int | None:
    """Where the lines of a block stand from `at` on; at the very beginning and end if it is the first and the last."""
    if is_last:
        place = len(new) - len(block)
        is_there = place >= at and new[place:] == block and not (is_first and place)
        return place if is_there else None
    places = range(at, at + 1 if is_first else len(new) - len(block) + 1)
    return next((n for n in places if new[n : n + len(block)] == block), None)


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
    scope = carried_scope(scope, changes)
    facts = codemod.survey(after, scope) if codemod.is_project_wide() else None
    sites = codemod.sites(facts)
    candidates = [s for s in admitted if sites is None or s.path in sites]
    return {
        o.path: "a second run would change it again"
        for o in again(codemod, candidates, facts, scope)
        if isinstance(o, Change)
    }
