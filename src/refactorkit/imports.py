"""Adding and removing names in a module's imports, touching only the lines of these statements.

A name is put where the statement's own order puts it, so that sorted imports stay sorted whatever the sorter; a target
whose configuration asks for sorting gets it from `formatting`. Sections are those of PEP 8: future, standard library,
third party, the project's own, relative.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Sequence

from msgspec import Struct

from refactorkit.splice import Splice, Text, shares_lines, span

WIDTH = 88
"""The longest line that an import may make where no formatter is configured: the default of black and ruff."""
PLAIN = "import "
"""What stands before the module of a plain import that is to be added."""
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
    before: int | None = None,
) -> list[Edit]:
    """The edits that import each (module, name) of `add` and no longer import the local names of `remove`.

    A name may be `name as alias`; with an empty module it is a module for a plain import (`a.b`, `a.b as c`).

    Only from-imports and plain imports directly at module level are touched, and only on lines of their own. Names already imported from the same
    module are not added again. What is added is bound above the line `before`, if one is given.
    """
    block = [s for s in _leading_imports(tree) if before is None or span(s)[1] <= before]
    changes: dict[int, tuple[ast.ImportFrom | ast.Import, list[str], list[str]]] = {}
    new: dict[str, list[str]] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            bound = [a for a in statement.names if (a.asname or a.name) in remove]
            if bound and not shares_lines(tree, statement):
                changes[statement.lineno] = (statement, [], [a.asname or a.name for a in bound])
    for module, name in add:
        if not module:
            new.setdefault(f"{PLAIN}{name}", []).append(name)
            continue
        host = _host(tree, module, before)
        if host is not None and " as " in name and not any(a.asname for a in host.names):
            host = None  # sorters keep names with an alias apart
        if host is None or shares_lines(tree, host):
            new.setdefault(module, []).append(name)
        elif name not in [a.name if a.asname is None else f"{a.name} as {a.asname}" for a in host.names]:
            changes.setdefault(host.lineno, (host, [], []))[1].append(name)
    edits = [_rewrite(text, *change) for change in changes.values()]
    if new and not block:
        return [*edits, _first_imports(text, tree, new, is_first_party)]
    edits += _inserts(block, new, is_first_party)
    return sorted(_without_gaps(text, edits), key=lambda e: e.line)


def _without_gaps(text: Text, edits: list[Edit]) -> list[Edit]:
    """The edits, those that take a whole statement out widened by the blank lines that would be too many."""
    emptied = sorted((e for e in edits if not e.splice.text), key=lambda e: e.line)
    others = [e for e in edits if e.splice.text]
    merged: list[Edit] = []
    for edit in emptied:
        if merged and merged[-1].end_line + 1 == edit.line:
            last = merged.pop()
            said = f"{last.message} and {edit.message}"
            edit = Edit(Splice(last.line, edit.end_line, ""), last.line, edit.end_line, said)
        merged.append(edit)
    for edit in merged:
        first, last_line = text.without(edit.line, edit.end_line)
        if not any(first <= other.line <= last_line + 1 for other in others):
            edit = Edit(Splice(first, last_line, ""), first, last_line, edit.message)
        others.append(edit)
    return others


def _host(tree: ast.Module, module: str, before: int | None) -> ast.ImportFrom | None:
    """The last from-import of the module at module level, above the line, that could take another name.

    One without aliases is preferred: sorters keep names with an alias apart.
    """
    hosts = [
        s
        for s in tree.body
        if isinstance(s, ast.ImportFrom)
        and "." * s.level + (s.module or "") == module
        and s.names[0].name != "*"
        and (before is None or span(s)[1] <= before)
    ]
    plain = [s for s in hosts if not any(a.asname for a in s.names)]
    return plain[-1] if plain else hosts[-1] if hosts else None


def _rewrite(text: Text, statement: ast.ImportFrom | ast.Import, add: list[str], remove: list[str]) -> Edit:
    from refactorkit.import_statement import rewritten

    first, last = span(statement)
    code = rewritten(text.parse(first, last), add, remove)
    said = [f"imports {_listed(add)}"] if add else []
    said += [f"no longer imports {_listed(remove)}"] if remove else []
    return Edit(Splice(first, last, code), first, last, " and ".join(said))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


def _inserts(
    block: list[ast.stmt], new: dict[str, list[str]], is_first_party: Callable[[str], bool]
) -> list[Edit]:
    """The new import statements, those that go to one place together, a new section with the blank line it needs."""
    places: dict[tuple[int, int, int, int], list[str]] = {}
    for module in sorted(new, key=lambda m: _rank(m)):
        section = _section(module, is_first_party)
        line, before, after = _place(block, module, section, is_first_party)
        places.setdefault((line, section, before, after), []).append(module)
    edits = []
    for (line, _, before, after), modules in sorted(places.items()):
        code = "".join(from_import(module, new[module]) for module in modules)
        names = [name for module in modules for name in new[module]]
        splice = Splice(line, line - 1, "\n" * before + code + "\n" * after)
        edits.append(Edit(splice, line, line - 1, f"imports {_listed(names)}"))
    return edits


def _rank(module: str) -> tuple[int, str]:
    """How sorters order modules to import within a section."""
    return (0 if module.startswith(PLAIN) else 1), _root(module).lower()


def from_import(module: str, names: Sequence[str]) -> str:
    """A from-import of the names, sorted; in parentheses when it would be longer than WIDTH."""
    if module.startswith(PLAIN):
        return module + "\n"
    ordered = sorted(names, key=sort_key)
    code = f"from {module} import {', '.join(ordered)}\n"
    if len(code) <= WIDTH + 1:
        return code
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in ordered) + ")\n"


def _first_imports(
    text: Text, tree: ast.Module, new: dict[str, list[str]], is_first_party: Callable[[str], bool]
) -> Edit:
    """All new imports of a module that has none, as one block below its docstring or its opening comments."""
    sections: dict[int, list[str]] = {}
    for module in sorted(new, key=str.lower):
        sections.setdefault(_section(module, is_first_party), []).append(from_import(module, new[module]))
    code = "\n".join("".join(sections[section]) for section in sorted(sections))
    docstring = span(tree.body[0])[1] if tree.body[:1] and _is_docstring(tree.body[0]) else 0
    if docstring:
        line, code = docstring + 1, "\n" + code
        after, gap = tree.body[1:2], text.blanks(line, 1)
    else:
        line = _below_opening_comments(text)
        after, gap = tree.body[:1], text.blanks(line, 1)
    wide = bool(after) and isinstance(after[0], ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    code += "\n" * max(0, (2 if wide else 1) - (gap or 0)) if gap is not None else ""
    names = [name for module in sorted(new) for name in new[module]]
    return Edit(Splice(line, line - 1, code), line, line - 1, f"imports {_listed(names)}")


def _below_opening_comments(text: Text) -> int:
    """The line below `#!`, an encoding and a licence: comments that a blank line parts from the code."""
    line = 1
    while line <= len(text.lines) and text.lines[line - 1].startswith(b"#"):
        line += 1
    if line <= len(text.lines) and not text.lines[line - 1].strip():
        return line + 1 if line > 1 else line
    pinned = re.compile(rb"#!|#.*coding[:=]")
    return 1 + sum(1 for at, data in enumerate(text.lines[:2]) if pinned.match(data))


def _place(
    block: list[ast.stmt], module: str, section: int, is_first_party: Callable[[str], bool]
) -> tuple[int, int, int]:
    """The line before which a new import goes, and the blank lines that it needs before and after it."""
    same = [s for s in block if _section(_module(s), is_first_party) == section]
    if same:
        later = [s for s in same if _order(s) > _rank(module)]
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


def end_of_imports(tree: ast.Module) -> int:
    """The last line of the imports at the top of the module; 0 without any."""
    return max((span(statement)[1] for statement in _leading_imports(tree)), default=0)


def _order(statement: ast.stmt) -> tuple[int, str]:
    """How sorters order statements of a section: plain imports first, then from-imports by module."""
    return (1 if isinstance(statement, ast.ImportFrom) else 0), _module(statement).lower()


def _module(statement: ast.stmt) -> str:
    if isinstance(statement, ast.ImportFrom):
        return "." * statement.level + (statement.module or "")
    return statement.names[0].name if isinstance(statement, ast.Import) else ""


def _root(module: str) -> str:
    """The module's dotted name, also of one to be imported plainly."""
    return module.removeprefix(PLAIN).partition(" as ")[0]


def _section(module: str, is_first_party: Callable[[str], bool]) -> int:
    module = _root(module)
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
