"""The statements at the top level of one file: what each binds, which names it needs, what ties it to its module.

The scopes are those of Python's own `symtable`, statement by statement. What is asked too much of a name (a string in an
annotation, a class attribute read before it is set) counts as needed: more is moved, or refused, but nothing is lost.
"""

from __future__ import annotations

import ast
import itertools
import symtable
import warnings
from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from refactorkit.analysis.import_guards import Guard, guard_of
from refactorkit.analysis.symbol_traits import (
    Trait,
    attribute_types,
    in_strings,
    traits_of,
    unknown_decorators,
)
from refactorkit.facts import extractor
from refactorkit.splice import span, text_of
from refactorkit.syntax import descendants, syntax_tree


class Kind(StrEnum):
    """What a statement at the top level is."""

    FUNCTION = "function"
    CLASS = "class"
    ASSIGNMENT = "assignment"
    """Names, and nothing but names, get a value."""
    IMPORT = "import"
    TYPING = "typing"
    """A block under TYPE_CHECKING that holds nothing but imports."""
    EXPORTS = "exports"
    """`__all__`, written out."""
    FINISHING = "finishing"
    """A call or an assignment to an attribute or item: it completes what other statements define."""
    DOCSTRING = "docstring"
    """A string that stands alone, for the module or for the assignment above it."""
    OTHER = "other"
    """Anything else, such as definitions under a condition."""


class Imported(Struct, frozen=True, array_like=True):
    """A name that an import binds: `name` of `module`, or after `import` the dotted `name` with an empty module."""

    bound: str
    module: str
    name: str
    alias: str | None


class TopStatement(Struct, frozen=True, array_like=True):
    """A statement at the top level. Lines count from 1, decorators included.

    `needs` are all names of the module level that it reads, when it is run or called, `typed` those of them that stand in
    annotations of a class's attributes. `decorators` are the first names of its unknown decorators.
    """

    line: int
    end_line: int
    kind: Kind
    binds: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()
    imports: tuple[Imported, ...] = ()
    decorators: tuple[str, ...] = ()
    traits: tuple[Trait, ...] = ()


class ModuleSymbols(Struct, frozen=True):
    """The top level of one file. `fixed` says why nothing can be moved out of it, '' when it can."""

    statements: tuple[TopStatement, ...]
    fixed: str = ""
    has_relative_imports: bool = False


@extractor
def module_symbols(data: bytes) -> ModuleSymbols:
    """The top level of a file's bytes. Raises what `ast.parse` raises."""
    tree = syntax_tree(data)
    text = text_of(data)
    shared = _sharing(tree)
    statements = tuple(_statement(s, n in shared, text.code(*span(s))) for n, s in enumerate(tree.body))
    return ModuleSymbols(
        statements=statements,
        fixed=_fixed(tree, text.encoding, b"__all__" in data or not data.isascii()),
        has_relative_imports=any(isinstance(s, ast.ImportFrom) and s.level for s in tree.body),
    )


def _fixed(tree: ast.Module, encoding: str, may_export: bool) -> str:
    """Why nothing can be moved out of a module; `may_export` says that `__all__` may stand in it."""
    if encoding not in ("utf-8", "utf-8-sig"):
        return f"it is written in {encoding}"
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            return f"a star import from {node.module or '.'} may bind anything"
        if isinstance(node, ast.FunctionDef) and node.name == "__getattr__":
            return "its __getattr__ serves names"
    nodes = descendants(tree) if may_export else ()
    uses = [node for node in nodes if isinstance(node, ast.Name) and node.id == "__all__"]
    if len(uses) > sum(_is_exports(s) for s in tree.body):
        return "its __all__ is computed"
    return ""


def _is_exports(node: ast.stmt) -> bool:
    match node:
        case ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List() | ast.Tuple()):
            elements = node.value.elts  # type: ignore[attr-defined]
        case ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.List() | ast.Tuple()):
            elements = node.value.elts  # type: ignore[union-attr]
        case _:
            return False
    return all(isinstance(e, ast.Constant) and isinstance(e.value, str) for e in elements)


def _sharing(tree: ast.Module) -> set[int]:
    """The statements, by their position, on whose lines others stand."""
    spans = [span(statement) for statement in tree.body]
    pairs = enumerate(itertools.pairwise(spans))
    return {at for n, (one, next_) in pairs if next_[0] <= one[1] for at in (n, n + 1)}


def _statement(node: ast.stmt, shares_lines: bool, code: str) -> TopStatement:
    first, last = span(node)
    kind = _kind(node)
    if kind in (Kind.DOCSTRING, Kind.EXPORTS):
        return TopStatement(first, last, kind, binds=("__all__",) if kind is Kind.EXPORTS else ())
    nodes = descendants(node)
    traits = [*traits_of(nodes)]
    if shares_lines:
        traits.append(Trait.SHARED_LINE)
    if kind is Kind.IMPORT:
        found = tuple(_imported(node))
        return TopStatement(
            first,
            last,
            kind,
            tuple(dict.fromkeys(i.bound for i in found)),
            imports=found,
            traits=tuple(traits),
        )
    read = {inner.id for inner in nodes if isinstance(inner, ast.Name)}
    if kind is Kind.TYPING:
        assert isinstance(node, ast.If)
        found = tuple(i for s in node.body for i in _imported(s))
        guard = {n.id for n in descendants(node.test) if isinstance(n, ast.Name)}
        bound = tuple(dict.fromkeys(i.bound for i in found))
        return TopStatement(first, last, kind, bound, tuple(sorted(guard)), (), found, (), tuple(traits))
    if Trait.SHARED_LINE not in traits:
        read = _globals_read(code)
    return TopStatement(
        line=first,
        end_line=last,
        kind=kind,
        binds=tuple(sorted(_bound(node))),
        needs=tuple(sorted(read | in_strings(nodes))),
        typed=tuple(sorted(attribute_types(nodes))),
        decorators=tuple(unknown_decorators(node)),
        traits=tuple(dict.fromkeys(traits)),
    )


def _kind(node: ast.stmt) -> Kind:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return Kind.FUNCTION
        case ast.ClassDef():
            return Kind.CLASS
        case ast.Import() | ast.ImportFrom():
            return Kind.IMPORT
        case ast.If(test=test, body=body, orelse=[]) if guard_of(test) is Guard.TYPE_CHECKING:
            is_plain = all(isinstance(s, ast.Import | ast.ImportFrom) for s in body)
            return Kind.TYPING if is_plain else Kind.OTHER
        case ast.Expr(value=ast.Constant()):
            return Kind.DOCSTRING
        case ast.Expr(value=ast.Call()):
            return Kind.FINISHING
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.Delete():
            if _is_exports(node):
                return Kind.EXPORTS
            targets = node.targets if isinstance(node, ast.Assign | ast.Delete) else [node.target]
            is_plain = all(isinstance(t, ast.Name) for t in targets)
            if is_plain and isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                return Kind.ASSIGNMENT
            return Kind.FINISHING if not is_plain and not isinstance(node, ast.Delete) else Kind.OTHER
        case _ if type(node).__name__ == "TypeAlias":
            return Kind.ASSIGNMENT
        case _:
            return Kind.OTHER


def _imported(node: ast.stmt) -> Iterator[Imported]:
    if isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            yield Imported(alias.asname or alias.name, module, alias.name, alias.asname)
    elif isinstance(node, ast.Import):
        for alias in node.names:
            yield Imported(alias.asname or alias.name.partition(".")[0], "", alias.name, alias.asname)


def _bound(node: ast.stmt) -> set[str]:
    """The names that the statement binds at the top level; those in its functions and classes are theirs."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    found: set[str] = set()
    waiting: list[ast.AST] = [node]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(inner.name)
            continue
        if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
            found.add(inner.id)
        elif isinstance(inner, ast.Import | ast.ImportFrom):
            found |= {i.bound for i in _imported(inner)}
        elif isinstance(inner, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and inner.name:
            found.add(inner.name)
        if isinstance(inner, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            waiting.extend(n.target for n in descendants(inner) if isinstance(n, ast.NamedExpr))
        elif not isinstance(inner, ast.Lambda):
            waiting.extend(ast.iter_child_nodes(inner))
    return found


def _globals_read(code: str) -> set[str]:
    """The names that a statement and everything in it look up outside of themselves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd literals in the target are not ours to report
        return set(_read_in(symtable.symtable(code, "<statement>", "exec")))


def _read_in(table: symtable.SymbolTable) -> Iterator[str]:
    kind = str(table.get_type())
    for symbol in table.get_symbols():
        falls_through = kind == "class" and symbol.is_local() and symbol.is_referenced()
        if symbol.is_global() or falls_through or (kind == "module" and symbol.is_referenced()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _read_in(child)
