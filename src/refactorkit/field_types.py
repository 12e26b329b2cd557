"""Giving fields of classes another type, with libcst, statement by statement."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import libcst as cst

from refactorkit.imports import edit_imports
from refactorkit.model import Change, Finding, Outcome, Source, Unchanged
from refactorkit.splice import Splice, Text, span, text_of
from refactorkit.syntax import syntax_tree

if TYPE_CHECKING:
    import ast

    from refactorkit.analysis.url_edits import FieldEdit, FilePlan


def rewrite_fields(source: Source, plan: FilePlan) -> Outcome:
    """The file with its plan carried out: fields, new definitions, imports. Findings cover every line that moved."""
    if not (plan.fields or plan.insert or plan.delete):
        return Unchanged(path=source.path, findings=plan.findings)
    tree = syntax_tree(source.data)
    text = text_of(source.data)
    splices = [
        *_statements(text, tree, plan.fields),
        *(Splice(line + 1, line, code) for line, code in plan.insert),
    ]
    findings = list(plan.findings)
    for first, last in plan.delete:
        if all(line != last for line, _ in plan.insert):
            first, last = text.without(first, last)
            findings.append(Finding.following(source.path, first, last, "the space around it goes too"))
        splices.append(Splice(first, last, ""))
    needed = [span(tree.body[edit.statement])[0] for edit in plan.fields] + [line for line, _ in plan.insert]
    edits = edit_imports(
        text, tree, plan.add, plan.remove, lambda root: root in plan.first_party, min(needed, default=None)
    )
    for edit in edits:
        splices.append(edit.splice)
        findings.append(Finding.following(source.path, edit.line, edit.end_line, edit.message))
    after = text.apply(splices)
    tasks = tuple(task for edit in plan.fields for task in edit.tasks)
    ordered = tuple(sorted(findings, key=lambda f: (f.line, f.column)))
    return Change(
        path=source.path, before=source.data, after=after, findings=ordered, retired=tasks, mode=source.mode
    )


def _statements(text: Text, tree: ast.Module, edits: Sequence[FieldEdit]) -> list[Splice]:
    """A splice for each top-level statement that holds one of the fields."""
    splices = []
    for index in sorted({edit.statement for edit in edits}):
        first, last = span(tree.body[index])
        module = text.parse(first, last)
        for edit in edits:
            if edit.statement == index:
                module = module.with_changes(body=_in_body(module.body, edit.path, edit))
        splices.append(Splice(first, last, module.code))
    return splices


def _in_body(
    body: Sequence[cst.BaseStatement], path: tuple[str, ...], edit: FieldEdit
) -> list[cst.BaseStatement]:
    """The statements with the field edited in the class that `path` leads to."""
    changed: list[cst.BaseStatement] = []
    for statement in body:
        if path and isinstance(statement, cst.ClassDef) and statement.name.value == path[0]:
            inner = _in_body(statement.body.body, path[1:], edit)  # type: ignore[arg-type]
            statement = statement.with_changes(body=statement.body.with_changes(body=inner))
        elif not path and isinstance(statement, cst.SimpleStatementLine) and _declares(statement, edit.field):
            statement = _retyped(statement, edit)
        changed.append(statement)
    return changed


def _declares(line: cst.SimpleStatementLine, field: str) -> bool:
    return any(
        isinstance(small, cst.AnnAssign)
        and isinstance(small.target, cst.Name)
        and small.target.value == field
        for small in line.body
    )


def _retyped(line: cst.SimpleStatementLine, edit: FieldEdit) -> cst.SimpleStatementLine:
    body: list[cst.BaseSmallStatement] = []
    for small in line.body:
        if (
            isinstance(small, cst.AnnAssign)
            and isinstance(small.target, cst.Name)
            and small.target.value == edit.field
        ):
            annotation = small.annotation.visit(_Replace(edit.replace))
            small = small.with_changes(annotation=annotation)
            if edit.wrap and small.value is not None:
                small = small.with_changes(value=small.value.visit(_Wrap(*edit.wrap)))
        body.append(small)
    line = line.with_changes(body=body)
    if edit.tasks:
        visited = line.visit(_Uncomment(edit.tasks))
        assert isinstance(visited, cst.SimpleStatementLine)
        above = [
            e
            for e in visited.leading_lines
            if e.comment is None or e.comment.value.rstrip() not in edit.tasks
        ]
        line = visited.with_changes(leading_lines=above)
    return line


class _Replace(cst.CSTTransformer):
    """Writes other names for types, also inside string annotations; metadata of Annotated and Literals stay."""

    def __init__(self, replace: dict[str, str]) -> None:
        super().__init__()
        self._replace = replace
        self._kept: set[int] = set()

    def visit_Subscript(self, node: cst.Subscript) -> bool:
        return _last(node.value) != "Literal"

    def visit_Subscript_slice(self, node: cst.Subscript) -> None:
        if _last(node.value) == "Annotated":
            self._kept.update(id(element) for element in node.slice[1:])

    def visit_SubscriptElement(self, node: cst.SubscriptElement) -> bool:
        return id(node) not in self._kept

    def visit_Call(self, node: cst.Call) -> bool:
        return False

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        return False

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        new = self._replace.get(original_node.value)
        return (
            cst.parse_expression(new).with_changes(lpar=updated_node.lpar, rpar=updated_node.rpar)
            if new
            else updated_node
        )

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        new = self._replace.get(cst.Module([]).code_for_node(original_node.with_changes(lpar=(), rpar=())))
        return (
            cst.parse_expression(new).with_changes(lpar=updated_node.lpar, rpar=updated_node.rpar)
            if new
            else updated_node
        )

    def leave_SimpleString(
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.SimpleString:
        value = updated_node.value
        for old, new in self._replace.items():
            value = re.sub(rf"(?<![\w.]){re.escape(old)}(?!\w)", new, value)
        return updated_node.with_changes(value=value)


def _last(node: cst.BaseExpression) -> str | None:
    name = node.attr if isinstance(node, cst.Attribute) else node
    return name.value if isinstance(name, cst.Name) else None


class _Wrap(cst.CSTTransformer):
    """Calls the strict type on a string literal that is a default."""

    def __init__(self, literal: str, callee: str) -> None:
        super().__init__()
        self._literal = literal
        self._callee = callee
        self._done = False

    def visit_Arg(self, node: cst.Arg) -> bool:
        return node.keyword is None or node.keyword.value == "default"

    def visit_ConcatenatedString(self, node: cst.ConcatenatedString) -> bool:
        return False

    def leave_ConcatenatedString(
        self, original_node: cst.ConcatenatedString, updated_node: cst.ConcatenatedString
    ) -> cst.BaseExpression:
        if self._done or original_node.evaluated_value != self._literal:
            return updated_node
        return self._called(updated_node)

    def _called(self, literal: cst.SimpleString | cst.ConcatenatedString) -> cst.Call:
        """The literal as the only argument; parentheses around it become those of the call."""
        self._done = True
        if not literal.lpar:
            return cst.Call(func=cst.Name(self._callee), args=[cst.Arg(literal)])
        first, last = literal.lpar[0].whitespace_after, literal.rpar[-1].whitespace_before
        bare = literal.with_changes(lpar=literal.lpar[1:], rpar=literal.rpar[:-1])
        argument = cst.Arg(bare, whitespace_after_arg=last)
        return cst.Call(func=cst.Name(self._callee), args=[argument], whitespace_before_args=first)

    def leave_SimpleString(
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.BaseExpression:
        if self._done or original_node.evaluated_value != self._literal:
            return updated_node
        return self._called(updated_node)


class _Uncomment(cst.CSTTransformer):
    """Takes comments out: one at the end of a line with the space before it, one on its own line with the line."""

    def __init__(self, comments: tuple[str, ...]) -> None:
        super().__init__()
        self._comments = comments

    def leave_TrailingWhitespace(
        self, original_node: cst.TrailingWhitespace, updated_node: cst.TrailingWhitespace
    ) -> cst.TrailingWhitespace:
        comment = updated_node.comment
        if comment is None or comment.value.rstrip() not in self._comments:
            return updated_node
        return updated_node.with_changes(comment=None, whitespace=cst.SimpleWhitespace(""))

    def leave_ParenthesizedWhitespace(
        self, original_node: cst.ParenthesizedWhitespace, updated_node: cst.ParenthesizedWhitespace
    ) -> cst.ParenthesizedWhitespace:
        kept = [
            e
            for e in updated_node.empty_lines
            if e.comment is None or e.comment.value.rstrip() not in self._comments
        ]
        return updated_node.with_changes(empty_lines=kept)
