"""Moving imports from functions to the top of a module, line by line."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from refactorkit.analysis.import_comments import explains_deferral
from refactorkit.analysis.import_edits import FilePlan
from refactorkit.analysis.scopes import blocks
from refactorkit.imports import Edit, edit_imports, end_of_imports
from refactorkit.model import Change, Finding, Outcome, Source, Unchanged
from refactorkit.splice import Splice, Text, text_of
from refactorkit.syntax import syntax_tree
from refactorkit.type_checking import edit_type_checking, guards

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def hoist(source: Source, plan: FilePlan) -> Outcome:
    """The file with its imports moved. Findings cover every line that moved."""
    if not plan.remove and not plan.patches:
        return Unchanged(path=source.path, findings=plan.findings)
    tree = syntax_tree(source.data)
    text = text_of(source.data)
    edits = [*_removals(text, tree, plan.remove)]
    retired = [comment for edit in edits for comment in _comments(text, edit)]
    is_first_party: Callable[[str], bool] = lambda root: root in plan.first_party
    typed, drops_guard = edit_type_checking(text, tree, plan.add_for_types, plan.drop_for_types)
    needs_guard = bool(plan.add_for_types) and not guards(tree)
    add = [*plan.add, *((("typing", "TYPE_CHECKING"),) if needs_guard else ())]
    edits += typed  # of two insertions at one place the later one ends up above
    edits += edit_imports(text, tree, add, drops_guard, is_first_party, before=_last_line_for_imports(tree))
    findings = [
        *plan.findings,
        *(
            Finding.following(source.path, edit.line, edit.end_line, edit.message)
            for edit in edits
            if edit.message
        ),
    ]
    return Change(
        path=source.path,
        before=source.data,
        after=text.apply([*(edit.splice for edit in edits), *(Splice(*patch) for patch in plan.patches)]),
        findings=tuple(sorted(findings, key=lambda f: (f.line, f.column))),
        retired=tuple(retired),
        mode=source.mode,
    )


def _last_line_for_imports(tree: ast.Module) -> int:
    """The last line of the imports at the top; 0 where functions are defined above them, which may run before."""
    end = end_of_imports(tree)
    above = (s for s in tree.body if s.lineno <= end)
    return 0 if any(isinstance(n, DEFINITIONS) for s in above for n in ast.walk(s)) else end


def _removals(text: Text, tree: ast.Module, ranges: Sequence[tuple[int, int]]) -> Iterator[Edit]:
    """Each run of neighbouring imports that go, with the comments that only explained them and the space they leave."""
    going = dict(ranges)
    for body in blocks(tree):
        chunk: list[ast.stmt] = []
        for position, statement in enumerate([*body, None]):
            goes = (
                statement is not None
                and going.get(statement.lineno) == statement.end_lineno
                and _is_import(statement)
            )
            if chunk and not (goes and statement is not None and _is_next(text, chunk[-1], statement)):
                is_whole = len(chunk) == len(body)
                follows_import = statement is not None and not goes and _is_import(statement)
                yield _removal(text, chunk, is_whole, follows_import, is_first=position == len(chunk))
                chunk = []
            if goes and statement is not None:
                chunk.append(statement)


def _is_next(text: Text, statement: ast.stmt, following: ast.stmt) -> bool:
    """Whether nothing but blank lines stands between two statements: no comment that may have to stay."""
    between = text.code((statement.end_lineno or statement.lineno) + 1, following.lineno - 1)
    return not between.strip()


def _is_import(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Import | ast.ImportFrom)


def _removal(
    text: Text, chunk: Sequence[ast.stmt], is_whole: bool, follows_import: bool, is_first: bool
) -> Edit:
    first, last = chunk[0].lineno, chunk[-1].end_lineno or chunk[-1].lineno
    indent = text.code(first, first)[: chunk[0].col_offset]
    if not follows_import:
        first = _with_explanation(text, first, indent)
    if is_whole:
        return Edit(Splice(first, last, f"{indent}pass\n"), first, last, "nothing else stands in the block")
    above, below = text.blanks(first - 1, -1) or 0, text.blanks(last + 1, 1) or 0
    opens = is_first and not above
    if below and (opens or above):
        last += below if opens else min(above, below)
    return Edit(
        Splice(first, last, ""), first, last, "the import and the space around it" if below else "the import"
    )


def _with_explanation(text: Text, first: int, indent: str) -> int:
    """The line where the comment above begins if all that it says is why the import is deferred; else `first`."""
    top = first
    while top > 1 and text.code(top - 1, top - 1).startswith(f"{indent}#"):
        top -= 1
    if top < first and explains_deferral(*(text.code(line, line).strip() for line in range(top, first))):
        return top
    return first


def _comments(text: Text, edit: Edit) -> Iterator[str]:
    """The comments on the lines that go; imports hold no strings, so that a `#` begins one."""
    for line in range(edit.splice.first, edit.splice.last + 1):
        _, sign, comment = text.code(line, line).partition("#")
        if sign:
            yield (sign + comment).rstrip()
