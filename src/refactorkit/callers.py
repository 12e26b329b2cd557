"""Carrying out a migration of callers in one file: names on their lines, and the imports that go with them."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from msgspec import Struct

from refactorkit.analysis.caller_edits import ImportEdit, Migration, rename_splices
from refactorkit.imports import edit_imports
from refactorkit.model import Change, Finding, Outcome, Source, Unchanged
from refactorkit.splice import Splice, Text, shares_lines, span, text_of
from refactorkit.syntax import syntax_tree


class Migrated(Struct, frozen=True):
    """The splices of a migration and the findings of the imports on the way.

    `add` and `remove` are left for `edit_imports`, which whoever else changes imports of the file must call once for
    all: pairs of module and name, and local names.
    """

    splices: tuple[Splice, ...]
    findings: tuple[Finding, ...]
    add: tuple[tuple[str, str], ...]
    remove: tuple[str, ...]


def migrated(source: Source, migration: Migration) -> Migrated:
    """The splices of a migration in a file's own lines; they overlap with nothing but edits of the same lines."""
    text, tree = text_of(source.data), syntax_tree(source.data)
    splices = list(rename_splices(text, migration.renames))
    findings: list[Finding] = []
    add: list[tuple[str, str]] = []
    remove: list[str] = []
    for edit in migration.imports:
        statement = _statement(tree, edit)
        if statement in tree.body and not shares_lines(tree, statement):
            add += [(edit.module, name) for name in edit.add]
            remove += edit.remove
        else:
            splices.append(_inside(text, statement, edit))
            findings.append(Finding.following(source.path, *span(statement), _said(edit)))
    return Migrated(tuple(splices), tuple(findings), tuple(add), tuple(remove))


def rewrite_callers(source: Source, migration: Migration, first_party: Sequence[str] = ()) -> Outcome:
    """The file with its callers migrated, where nothing else in it changes."""
    if not migration.renames:
        return Unchanged(path=source.path, findings=migration.findings)
    text, tree = text_of(source.data), syntax_tree(source.data)
    made = migrated(source, migration)
    edits = edit_imports(text, tree, made.add, made.remove, lambda root: root in first_party)
    said = [Finding.following(source.path, e.line, e.end_line, e.message) for e in edits]
    findings = sorted((*migration.findings, *made.findings, *said), key=lambda f: (f.line, f.column))
    after = text.apply([*made.splices, *(edit.splice for edit in edits)])
    return Change(
        path=source.path, before=source.data, after=after, findings=tuple(findings), mode=source.mode
    )


def _said(edit: ImportEdit) -> str:
    said = f"imports {', '.join(edit.add)}"
    return f"{said} and no longer imports {', '.join(edit.remove)}" if edit.remove else said


def _statement(tree: ast.Module, edit: ImportEdit) -> ast.ImportFrom:
    return next(
        node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.lineno == edit.line
    )


def _inside(text: Text, statement: ast.ImportFrom, edit: ImportEdit) -> Splice:
    """The splice of a from-import that is indented: its lines are taken to the left margin and back."""
    from refactorkit.import_statement import rewritten

    first, last = span(statement)
    lines = text.code(first, last).splitlines(keepends=True)
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    code = "".join(line.removeprefix(indent) for line in lines)
    module = Text(code.encode()).parse(1, len(lines))
    new = rewritten(module, edit.add, edit.remove)
    return Splice(first, last, "".join(indent + line for line in new.splitlines(keepends=True)))
