"""Names in and out of the `if TYPE_CHECKING:` block of a module, touching only the lines of its imports."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Sequence

from refactorkit.imports import Edit, end_of_imports, from_import
from refactorkit.splice import Splice, Text, span
from refactorkit.syntax import descendants


def edit_type_checking(
    text: Text, tree: ast.Module, add: Sequence[tuple[str, str]], drop: Sequence[str]
) -> tuple[list[Edit], list[str]]:
    """The edits of the module's blocks under TYPE_CHECKING, and the local names that nothing needs after them.

    `add` holds (module, name) as `edit_imports` takes them; without a block there, one is made below the imports, and
    the caller sees to it that TYPE_CHECKING is imported. A block that gets empty goes as a whole.
    """
    guarded = guards(tree)
    edits: list[Edit] = []
    kept = 0
    for block in guarded:
        changes, is_empty = _without(text, block, drop)
        if is_empty and not block.orelse and not (add and block is guarded[-1]):
            first, last = span(block)
            above, below = text.blanks(first - 1, -1) or 0, text.blanks(last + 1, 1) or 0
            going = Splice(*text.without(first, last), "")
            edits.append(
                Edit(going, first - above, last + below, "nothing is left to import for types")
            )  # and sorting imports may take more of the space around it
            continue
        kept += 1
        edits += changes
    if add:
        edits.append(_insert(text, tree, guarded[-1] if guarded else None, add))
    name = _guard_name(guarded)
    is_used = sum(isinstance(n, ast.Name) and n.id == name for n in descendants(tree)) > len(guarded)
    is_used = is_used or len(guarded) < len(_all_guards(tree))
    unneeded = [name] if guarded and not kept and not add and name and not is_used else []
    return edits, unneeded


def guards(tree: ast.Module) -> list[ast.If]:
    """The module's blocks under TYPE_CHECKING that can be edited."""
    return [block for block in _all_guards(tree) if _has_own_lines(block)]


def _all_guards(tree: ast.Module) -> list[ast.If]:
    return [s for s in tree.body if isinstance(s, ast.If) and _is_type_checking(s.test)]


def _is_type_checking(test: ast.expr) -> bool:
    return (test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")) == "TYPE_CHECKING"


def _has_own_lines(block: ast.If) -> bool:
    """Whether each statement of a block begins and ends on lines of its own: no `if TYPE_CHECKING: import a; import b`."""
    ends = [block.test.end_lineno or block.lineno, *(s.end_lineno or s.lineno for s in block.body)]
    return all(above < s.lineno for above, s in zip(ends, block.body, strict=False))


def _guard_name(guarded: Sequence[ast.If]) -> str:
    """The local name of the guard, '' where it is an attribute of `typing`."""
    names = {block.test.id if isinstance(block.test, ast.Name) else "" for block in guarded}
    return names.pop() if len(names) == 1 else ""


def _without(text: Text, block: ast.If, drop: Sequence[str]) -> tuple[list[Edit], bool]:
    """The edits that take the names out of a block, and whether it holds nothing any more."""
    edits = []
    left = 0
    for statement in block.body:
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            left += 1
            continue
        going = [a.asname or a.name for a in statement.names if (a.asname or a.name) in drop]
        if len(going) < len(statement.names):
            left += 1
        if going:
            edits.append(_rewritten(text, statement, going))
    if not left:
        return [], True
    return edits, False


def _rewritten(text: Text, statement: ast.Import | ast.ImportFrom, going: Sequence[str]) -> Edit:
    import libcst as cst

    from refactorkit.import_statement import rewritten

    first, last = span(statement)
    code = text.code(first, last)
    indent = code[: statement.col_offset]
    module = cst.parse_module(
        textwrap.dedent(code), cst.PartialParserConfig(encoding="utf-8", default_newline=text.newline)
    )
    after = textwrap.indent(rewritten(module, [], going), indent)
    message = f"no longer imports {', '.join(going)} for types: it is imported at run time"
    if after:
        return Edit(Splice(first, last, after), first, last, message)
    above, below = text.blanks(first - 1, -1) or 0, text.blanks(last + 1, 1) or 0
    opens = text.code(first - 1 - above, first - 1 - above).rstrip().endswith(":")
    gone = last + (below if opens else min(above, below))
    return Edit(Splice(first, gone, ""), first - above, last + below, message)


def _insert(text: Text, tree: ast.Module, block: ast.If | None, add: Sequence[tuple[str, str]]) -> Edit:
    by_module: dict[str, list[str]] = {}
    for module, name in add:
        by_module.setdefault(module, []).append(name)
    lines = [f"import {name}\n" for name in sorted(by_module.pop("", []))] + [
        from_import(module, names) for module, names in sorted(by_module.items())
    ]
    said = f"imports {', '.join(name for _, name in add)} for types"
    if block is not None:
        last = block.body[-1].end_lineno or block.body[-1].lineno
        indent = text.code(block.body[0].lineno, block.body[0].lineno)[: block.body[0].col_offset]
        code = textwrap.indent("".join(lines), indent)
        return Edit(Splice(last + 1, last, code), last + 1, last, said)
    imports = [s for s in tree.body if isinstance(s, ast.Import | ast.ImportFrom)]
    leading = [s for s in imports if s.lineno <= end_of_imports(tree)]
    line = (span(leading[-1])[1] if leading else 0) + 1
    code = "\nif TYPE_CHECKING:\n" + textwrap.indent("".join(lines), "    ")
    return Edit(Splice(line, line - 1, code), line, line - 1, said)
