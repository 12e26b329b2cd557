"""What must hold for the plan of any codemod on any project, as a function that returns what is wrong with it."""

from __future__ import annotations

import io
import json
import re
import tokenize
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import libcst
from jsonschema import Draft202012Validator

from refactorkit.codemod import Codemod
from refactorkit.config import Config, Scope, Settings
from refactorkit.discover import CONFIGURATION, SUFFIXES, Discovered, packages
from refactorkit.golden import tree_after
from refactorkit.model import Change, Failed, Finding, Level, Plan, Reason, Source, Status, Unchanged
from refactorkit.pipeline import plan
from refactorkit.report import json as json_report

LOWEST = Config(level=Level.SUGGESTED, scope=Scope(level=Level.SUGGESTED))
"""The run that changes the most."""

LINE_END = re.compile(rb"\r\n|\r|\n")
BUGS = {Reason.DOES_NOT_PARSE, Reason.LINE_MOVED, Reason.UNSTABLE}
"""Reasons that by their own docstring say that the codemod has a bug: the gates only limit the damage."""


def discovered(files: Mapping[str, bytes]) -> Discovered:
    """A project of these files, all in scope."""
    sources = {
        path: Source(path=path, data=data) for path, data in sorted(files.items()) if path.endswith(SUFFIXES)
    }
    return Discovered(
        sources=sources,
        skipped=(),
        configuration={p: data for p, data in files.items() if p.rpartition("/")[2] in CONFIGURATION},
        packages=packages(sources),
        paths=frozenset(files),
        settings=Settings(),
    )


def complaints(codemod: Codemod, files: Mapping[str, bytes], config: Config = LOWEST) -> list[str]:
    """What is wrong with what the codemod would do to these files, one line each; none when all properties hold."""
    made = plan(codemod, discovered(files), config)
    after = tree_after(dict(files), made)
    return [*wrong_with_plan(made, files), *wrong_with_second_run(codemod, after, config)]


def wrong_with_plan(made: Plan, files: Mapping[str, bytes]) -> Iterator[str]:
    """What is wrong with a plan by itself."""
    yield from wrong_with_outcomes(made, files)
    yield from wrong_with_document(made)
    for change in made.changes:
        if change.before != files.get(change.path):
            yield f"{change.path} is said to have been something else before"
        elif change.before == change.after:
            yield f"{change.path} is said to change, and it doesn't"
        yield from wrong_with_change(change)
    for finding in made.findings:
        yield from wrong_with_finding(finding, files.get(finding.path, b""))


def wrong_with_outcomes(made: Plan, files: Mapping[str, bytes]) -> Iterator[str]:
    """Files with two outcomes, and files that failed though Python can read them."""
    for path, count in Counter(outcome.path for outcome in made.outcomes).items():
        if count > 1:
            yield f"{path} has {count} outcomes"
    for outcome in made.outcomes:
        if isinstance(outcome, Failed):
            data = files.get(outcome.path, b"")
            if compiles(data) and (cannot_be_parsed(data) is None or "libcst" not in outcome.error):
                yield f"{outcome.path} failed, and Python can read it: {outcome.error}"
            if not outcome.error or "\n" in outcome.error:
                yield f"{outcome.path} failed without one line that says why: {outcome.error!r}"
        elif isinstance(outcome, Unchanged | Change) and any(
            f.path != outcome.path for f in outcome.findings
        ):
            yield f"{outcome.path} has a finding of another file"


def wrong_with_change(change: Change) -> Iterator[str]:
    """What is wrong with the new bytes of one file."""
    if change.before is None or change.after is None or not change.path.endswith(SUFFIXES):
        return
    if compiles(change.before) and (fault := why_not_compiled(change.after)):
        yield f"{change.path} no longer compiles: {fault}"
    lost = comments(change.before) - comments(change.after) - Counter(change.retired)
    if lost:
        yield f"{change.path} lost the comment {min(lost)!r}"


def wrong_with_finding(finding: Finding, data: bytes) -> Iterator[str]:
    """What is wrong with one line of the ledger; `data` is the file before."""
    where = f"{finding.path}:{finding.line}:{finding.column}-{finding.end_line}"
    lines = LINE_END.split(data)
    if not 1 <= finding.line <= finding.end_line <= len(lines):
        yield f"{where} lies outside of the file, which has {len(lines)} lines"
    elif not 0 <= finding.column <= len(lines[finding.line - 1]) * 2:  # ast counts bytes of UTF-8
        yield f"{where} lies outside of the line"
    if finding.status is Status.CHANGED and finding.reason is not None:
        yield f"{where} was changed, and has a reason not to be: {finding.reason}"
    if finding.status is not Status.CHANGED and not finding.reason:
        yield f"{where} was not changed, and nothing says why: {finding.message}"
    if finding.reason in BUGS:
        yield f"{where} was dropped by a gate: {finding.reason}: {finding.message}"
    if not finding.message or "\n" in finding.message:
        yield f"{where} has no message of one line: {finding.message!r}"


def wrong_with_document(made: Plan) -> Iterator[str]:
    """What in the JSON of a plan is not as its schema says."""
    document = json.loads(json_report.render(made))
    for error in schema().iter_errors(document):
        yield f"the JSON is not as its schema says: {error.json_path}: {error.message}"


def wrong_with_second_run(codemod: Codemod, after: Mapping[str, bytes], config: Config) -> Iterator[str]:
    """The files that a run over the result would change again."""
    for change in plan(codemod, discovered(after), config).changes:
        yield f"{change.path} changes again in a second run"


@cache
def schema() -> Any:
    """The validator for `refactorkit schema plan`."""
    return Draft202012Validator(json.loads(json_report.schema()))


def compiles(data: bytes) -> bool:
    """Whether this Python makes code of these bytes."""
    return why_not_compiled(data) is None


def why_not_compiled(data: bytes) -> str | None:
    """What Python says against these bytes; more than `ast.parse`, which lets a misplaced `return` pass."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(data, "file.py", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return f"{type(error).__name__}: {error}"
    return None


def cannot_be_parsed(data: bytes) -> str | None:
    """What libcst says against these bytes: there is Python that its grammar lacks, `(name): int` for one."""
    try:
        libcst.parse_module(data)
    except (libcst.ParserSyntaxError, UnicodeDecodeError) as error:
        return str(error)
    return None


def comments(data: bytes) -> Counter[str]:
    """The comments of a file, as often as each stands there."""
    found: Counter[str] = Counter()
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")  # the tokenizer before 3.12 knows no lone CR
    try:
        for token in tokenize.tokenize(io.BytesIO(data).readline):
            if token.type == tokenize.COMMENT:
                found[token.string.rstrip()] += 1
    except (tokenize.TokenError, SyntaxError):
        return found
    return found
