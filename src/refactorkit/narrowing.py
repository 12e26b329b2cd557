"""Narrowing except clauses in the bytes of a file: the types, the comments that they satisfy, and log calls."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refactorkit.analysis.handler_plan import FilePlan, HandlerEdit
from refactorkit.imports import Edit, edit_imports
from refactorkit.model import Change, Finding, Outcome, Source, Unchanged
from refactorkit.splice import Splice, Text, text_of
from refactorkit.syntax import syntax_tree

BARE_CODES = frozenset(["E722", "W0702", "bare-except"])
CODES = BARE_CODES | {"BLE001", "W0718", "W0703", "broad-except", "broad-exception-caught"}
"""What linters say against broad handlers: flake8 and ruff, pylint by number and by name."""
NOQA = re.compile(r"(#\s*noqa\s*:\s*)([A-Z]+[0-9]+(?:[\s,]+[A-Z]+[0-9]+)*)", re.IGNORECASE)
PYLINT = re.compile(r"(#\s*pylint\s*:\s*disable\s*=\s*)([\w-]+(?:\s*,\s*[\w-]+)*)")
DASHES = " \t-:,;\u2013\u2014"


def narrow(source: Source, plan: FilePlan) -> Outcome:
    """The file with its clauses changed. Findings cover every line that changes."""
    if not plan.edits:
        return Unchanged(path=source.path, findings=plan.findings)
    text = text_of(source.data)
    splices: list[Splice] = []
    retired: list[str] = []
    for edit in plan.edits:
        made, old = _spliced(text, edit)
        splices += made
        retired += old
    imports = _imports(text, source, plan)
    findings = [
        *plan.findings,
        *(Finding.following(source.path, edit.line, edit.end_line, edit.message) for edit in imports),
    ]
    return Change(
        path=source.path,
        before=source.data,
        after=text.apply([*splices, *(edit.splice for edit in imports)]),
        findings=tuple(sorted(findings, key=lambda f: (f.line, f.column))),
        retired=tuple(retired),
        mode=source.mode,
    )


def _imports(text: Text, source: Source, plan: FilePlan) -> list[Edit]:
    if not plan.add:
        return []
    return edit_imports(text, syntax_tree(source.data), plan.add, (), lambda root: root in plan.first_party)


def _spliced(text: Text, edit: HandlerEdit) -> tuple[list[Splice], list[str]]:
    """The new lines of one clause, and the comments that go."""
    splices, retired = [], []
    if edit.header:
        span = edit.types
        first = text.code(span.line, span.line).encode("utf-8")[: span.column].decode("utf-8")
        last = text.code(span.end_line, span.end_line).encode("utf-8")[span.end_column :].decode("utf-8")
        is_bare = span.line == span.end_line and span.column == span.end_column
        header = f" {edit.header}" if is_bare else edit.header
        if first.endswith("except"):  # `except(Exception):`
            header = f" {header.strip()}"
        code, old = _tidied(last, BARE_CODES if edit.header == "Exception" else CODES)
        splices.append(Splice(span.line, span.end_line, first + header + code))
        retired += [old] if old else []
    if edit.log:
        line = text.code(edit.body_line, edit.body_line)
        indent = line[: len(line) - len(line.lstrip(" \t\f"))]
        if edit.replaces_pass:
            rest = line[len(indent) + len("pass") :]
            splices.append(Splice(edit.body_line, edit.body_line, f"{indent}{edit.log}{rest}"))
        else:
            splices.append(Splice(edit.body_line, edit.body_line - 1, f"{indent}{edit.log}\n"))
    return splices, retired


def _tidied(rest: str, codes: frozenset[str]) -> tuple[str, str]:
    """The rest of a header's last line without the codes that are satisfied, and the comment as it was, if it changes."""
    code, sign, comment = rest.partition("#")
    if not sign or "'" in code or '"' in code:
        return rest, ""
    body = (sign + comment).rstrip("\r\n")
    end = (sign + comment)[len(body) :]
    kept = "".join(_segments(body, codes))
    if kept == body:
        return rest, ""
    kept = kept.rstrip()
    return (code + kept if kept else code.rstrip()) + end, body.rstrip()


def _segments(comment: str, codes: frozenset[str]) -> Iterator[str]:
    """The parts of a comment that begin with `#`, each without the codes; what is said beside them stays."""
    for segment in re.split(r"(?=#)", comment):
        found = NOQA.match(segment) or PYLINT.match(segment)
        if found is None:
            yield segment
            continue
        given = re.split(r"[\s,]+", found[2])
        left = [code for code in given if code not in codes and code.upper() not in codes]
        tail = segment[found.end() :]
        if len(left) == len(given):
            yield segment
        elif left:
            yield f"{found[1]}{', '.join(left) if ',' in found[2] else ' '.join(left)}{tail}"
        elif tail.strip(DASHES):
            yield f"# {tail.lstrip(DASHES)}"
