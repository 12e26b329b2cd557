"""Adding and removing names in a module's imports, touching only the lines of these statements.

A name is put where the statement's own order puts it, so that sorted imports stay sorted whatever the sorter; a target
whose configuration asks for sorting gets it from `formatting`. Sections are those of PEP 8: future, standard library,
third party, the project's own, relative.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Sequence

from msgspec import Struct

from refactorkit.splice import Splice, Text, shares_lines, span

FUTURE, STANDARD, THIRD_PARTY, FIRST_PARTY, RELATIVE = range(5)


class Edit(Struct, frozen=True):
    """One import statement that changes, or is new (`line` is then where it is put, `end_line` = `line` - 1)."""

    splice: Splice
    line: int
    end_line: int
    message: str


def edit_imports(
    text: Text,
    tree: ast.Module,
    add: Sequence[tuple[str, str]],
    remove: Sequence[str],
    is_first_party: Callable[[str], bool],
) -> list[Edit]:
    """The edits that import each (module, name) of `add` and no longer import the local names of `remove`.

    Only from-imports and plain imports directly at module level are touched. Names already imported from the same
    module are not added again.
    """
    changes: dict[int, tuple[ast.ImportFrom | ast.Import, list[str], list[str]]] = {}
    new: dict[str, list[str]] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            bound = [a for a in statement.names if (a.asname or a.name) in remove]
            if bound:
                changes[statement.lineno] = (statement, [], [a.asname or a.name for a in bound])
    for module, name in add:
        host = _host(tree, module)
        if host is None or shares_lines(tree, host):
            new.setdefault(module, []).append(name)
        elif not any(a.name == name and a.asname is None for a in host.names):
            changes.setdefault(host.lineno, (host, [], []))[1].append(name)
    edits = [_rewrite(text, *change) for change in changes.values()]
    edits += [_insert(text, tree, module, names, is_first_party) for module, names in sorted(new.items())]
    return sorted(edits, key=lambda e: e.line)


def _host(tree: ast.Module, module: str) -> ast.ImportFrom | None:
    """The last from-import of the module at module level that could take another name."""
    hosts = [
        s
        for s in tree.body
        if isinstance(s, ast.ImportFrom)
        and "." * s.level + (s.module or "") == module
        and s.names[0].name != "*"
    ]
    return hosts[-1] if hosts else None


def _rewrite(text: Text, statement: ast.ImportFrom | ast.Import, add: list[str], remove: list[str]) -> Edit:
    from refactorkit.import_statement import rewritten

    first, last = span(statement)
    code = rewritten(text.parse(first, last), add, remove)
    said = [f"imports {_listed(add)}"] if add else []
    said += [f"no longer imports {_listed(remove)}"] if remove else []
    return Edit(Splice(first, last, code), first, last, " and ".join(said))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


def _insert(
    text: Text, tree: ast.Module, module: str, names: list[str], is_first_party: Callable[[str], bool]
) -> Edit:
    section = _section(module, is_first_party)
    code = f"from {module} import {', '.join(sorted(names, key=sort_key))}\n"
    line, before, after = _place(tree, module, section, is_first_party)
    splice = Splice(line, line - 1, "\n" * before + code + "\n" * after)
    return Edit(splice, line, line - 1, f"imports {_listed(names)}")


def _place(
    tree: ast.Module, module: str, section: int, is_first_party: Callable[[str], bool]
) -> tuple[int, int, int]:
    """The line before which a new import goes, and the blank lines that it needs before and after it."""
    block = _leading_imports(tree)
    if not block:
        docstring = [s for s in tree.body[:1] if _is_docstring(s)]
        if docstring:
            return span(docstring[0])[1] + 1, 1, 0
        return (span(tree.body[0])[0], 0, 2) if tree.body else (1, 0, 0)
    same = [s for s in block if _section(_module(s), is_first_party) == section]
    if same:
        later = [s for s in same if _order(s) > (1, module.lower())]
        if (later and later[0] is not same[0]) or (later and len(later) == len(same)):
            return span(later[0])[0], 0, 0
        return span(same[-1])[1] + 1, 0, 0
    later = [s for s in block if _section(_module(s), is_first_party) > section]
    if later:
        return span(later[0])[0], 0, 1
    return span(block[-1])[1] + 1, 1, 0


def _leading_imports(tree: ast.Module) -> list[ast.stmt]:
    """The imports at the top of the module, up to the first statement of another kind; guards are passed over."""
    block: list[ast.stmt] = []
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            block.append(statement)
        elif not _is_docstring(statement) and block:
            break
    return block


def _order(statement: ast.stmt) -> tuple[int, str]:
    """How sorters order statements of a section: plain imports first, then from-imports by module."""
    return (1 if isinstance(statement, ast.ImportFrom) else 0), _module(statement).lower()


def _module(statement: ast.stmt) -> str:
    if isinstance(statement, ast.ImportFrom):
        return "." * statement.level + (statement.module or "")
    return statement.names[0].name if isinstance(statement, ast.Import) else ""


def _section(module: str, is_first_party: Callable[[str], bool]) -> int:
    root = module.partition(".")[0]
    if module == "__future__":
        return FUTURE
    if module.startswith("."):
        return RELATIVE
    if root in sys.stdlib_module_names:
        return STANDARD
    return FIRST_PARTY if is_first_party(root) else THIRD_PARTY


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def sort_key(name: str) -> tuple[int, str]:
    """The usual order of imported names: CONSTANTS, Classes, then the rest."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name
