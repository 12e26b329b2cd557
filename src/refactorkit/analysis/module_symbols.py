"""The statements at the top level of one file: what each binds, which names it needs, what ties it to its module.

The scopes are those of Python's own `symtable`, statement by statement. What is asked too much of a name (a string in an
annotation, a class attribute read before it is set) counts as needed: more is moved, or refused, but nothing is lost.
"""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Iterator, Sequence
from enum import StrEnum

from msgspec import Struct

from refactorkit.analysis.import_guards import Guard, guard_of
from refactorkit.facts import extractor
from refactorkit.splice import shares_lines, span, text_of
from refactorkit.syntax import syntax_tree

PLAIN_DECORATORS = {
    "abstractmethod", "asynccontextmanager", "cache", "contextmanager", "dataclass", "deprecated", "final", "lru_cache",
    "overload", "runtime_checkable", "total_ordering", "unique", "wraps",
}  # fmt: skip
"""Decorators of the standard library that tell nobody about what they decorate."""
PLAIN_CALLS = {"TypeVar", "ParamSpec", "NewType", "TypeVarTuple", "frozenset", "namedtuple", "timedelta"}
"""Callees whose result nobody can change."""
IDENTITY = {
    "__name__",
    "__file__",
    "__spec__",
    "__package__",
    "__path__",
    "__loader__",
    "__builtins__",
    "globals",
    "eval",
    "exec",
}
"""Names through which code sees which module it stands in, or the names around it."""
LOOKING = {
    "_getframe",
    "currentframe",
    "getsource",
    "getsourcefile",
    "getsourcelines",
    "getmodule",
    "getfile",
}
"""Functions of `sys` and `inspect` that lead from code to its module."""
PICKLING = {
    "__reduce__",
    "__reduce_ex__",
    "__getstate__",
    "__setstate__",
    "__getnewargs__",
    "__getnewargs_ex__",
}
WORD = re.compile(r"[^\W\d]\w*")
LONGEST_TYPE = 200
"""Characters of a string that may be a type."""


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


class Trait(StrEnum):
    """What keeps a statement in its module, or ties it to others."""

    IDENTITY = "identity"
    """It can see which module it stands in."""
    REBINDS = "rebinds"
    """It gives names of its module new values (`global`)."""
    SHARED_LINE = "shared-line"
    """Another statement stands on its lines."""
    MUTABLE = "mutable"
    """Its value is one that can be changed, as far as the source shows."""
    ACTIVE = "active"
    """Defining it runs code that may tell somebody: an unknown decorator, a call."""
    OVERLOAD = "overload"
    """A definition for type checkers; the next of that name is meant."""
    READS_MODULE = "reads-module"
    """It asks objects for their `__module__`."""
    PICKLED = "pickled"
    """A class that says how it is pickled."""
    TYPED = "typed"
    """A class with annotated attributes that its base or decorator may evaluate."""


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
    """The top level of one file of `length` lines. `fixed` says why nothing can be moved out of it, '' when it can."""

    statements: tuple[TopStatement, ...]
    length: int
    fixed: str = ""
    has_relative_imports: bool = False


@extractor
def module_symbols(data: bytes) -> ModuleSymbols:
    """The top level of a file's bytes. Raises what `ast.parse` raises."""
    tree = syntax_tree(data)
    text = text_of(data)
    statements = tuple(_statement(s, tree, text.code(*span(s))) for s in tree.body)
    return ModuleSymbols(
        statements=statements,
        length=len(text.lines),
        fixed=_fixed(tree, text.encoding),
        has_relative_imports=any(isinstance(s, ast.ImportFrom) and s.level for s in tree.body),
    )


def _fixed(tree: ast.Module, encoding: str) -> str:
    """Why nothing can be moved out of a module."""
    if encoding not in ("utf-8", "utf-8-sig"):
        return f"it is written in {encoding}"
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            return f"a star import from {node.module or '.'} may bind anything"
        if isinstance(node, ast.FunctionDef) and node.name == "__getattr__":
            return "its __getattr__ serves names"
    uses = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "__all__"]
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


def _statement(node: ast.stmt, tree: ast.Module, code: str) -> TopStatement:
    first, last = span(node)
    kind = _kind(node)
    if kind in (Kind.DOCSTRING, Kind.EXPORTS):
        return TopStatement(first, last, kind, binds=("__all__",) if kind is Kind.EXPORTS else ())
    traits = [*_traits(node)]
    if shares_lines(tree, node):
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
    read = {node.id for node in ast.walk(node) if isinstance(node, ast.Name)}
    if kind is Kind.TYPING:
        assert isinstance(node, ast.If)
        found = tuple(i for s in node.body for i in _imported(s))
        guard = {n.id for n in ast.walk(node.test) if isinstance(n, ast.Name)}
        bound = tuple(dict.fromkeys(i.bound for i in found))
        return TopStatement(first, last, kind, bound, tuple(sorted(guard)), (), found, (), tuple(traits))
    if Trait.SHARED_LINE not in traits:
        read = _globals_read(code)
    return TopStatement(
        line=first,
        end_line=last,
        kind=kind,
        binds=tuple(sorted(_bound(node))),
        needs=tuple(sorted(read | _in_strings(node))),
        typed=tuple(sorted(_attribute_types(node))),
        decorators=tuple(_unknown_decorators(node)),
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
        if not isinstance(inner, ast.Lambda):
            waiting.extend(ast.iter_child_nodes(inner))
    return found


def _globals_read(code: str) -> set[str]:
    """The names that a statement and everything in it look up outside of themselves."""
    return set(_read_in(symtable.symtable(code, "<statement>", "exec")))


def _read_in(table: symtable.SymbolTable) -> Iterator[str]:
    kind = str(table.get_type())
    for symbol in table.get_symbols():
        falls_through = kind == "class" and symbol.is_local() and symbol.is_referenced()
        if symbol.is_global() or falls_through or (kind == "module" and symbol.is_referenced()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _read_in(child)


def _in_strings(node: ast.stmt) -> set[str]:
    """The names in strings that stand where a type can: annotations, subscripts, arguments of `cast` and its kind."""
    found: set[str] = set()
    for inner in ast.walk(node):
        places: Sequence[ast.AST | None] = ()
        match inner:
            case ast.arg(annotation=annotation) | ast.AnnAssign(annotation=annotation):
                places = (annotation,)
            case ast.FunctionDef(returns=returns) | ast.AsyncFunctionDef(returns=returns):
                places = (returns,)
            case ast.Subscript(slice=index):
                places = (index,)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in (
                "cast", "TypeVar", "ForwardRef", "NewType"
            ):  # fmt: skip
                places = (*inner.args, *(k.value for k in inner.keywords))
        for place in places:
            found |= _names_in_strings(place)
    return found


def _names_in_strings(node: ast.AST | None) -> set[str]:
    found: set[str] = set()
    for inner in ast.walk(node) if node is not None else ():
        if (
            isinstance(inner, ast.Constant)
            and isinstance(inner.value, str)
            and len(inner.value) < LONGEST_TYPE
        ):
            found |= set(WORD.findall(inner.value))
    return found


def _attribute_types(node: ast.stmt) -> set[str]:
    """The names in the annotations of class attributes where a base or a decorator could evaluate them."""
    found: set[str] = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.ClassDef) and (inner.bases or inner.keywords or inner.decorator_list):
            for statement in inner.body:
                if isinstance(statement, ast.AnnAssign):
                    names = (n.id for n in ast.walk(statement.annotation) if isinstance(n, ast.Name))
                    found |= {*names, *_names_in_strings(statement.annotation)}
    return found


def _unknown_decorators(node: ast.stmt) -> Iterator[str]:
    """The first names of decorators that may tell somebody what they decorate."""
    for decorator in getattr(node, "decorator_list", ()):
        callee = decorator.func if isinstance(decorator, ast.Call) else decorator
        last = callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")
        if last not in PLAIN_DECORATORS:
            yield next((n.id for n in ast.walk(callee) if isinstance(n, ast.Name)), last)


def _traits(node: ast.stmt) -> Iterator[Trait]:
    for inner in ast.walk(node):
        match inner:
            case ast.Name(id=name) if name in IDENTITY or name in LOOKING:
                yield Trait.IDENTITY
            case ast.Call(func=ast.Name(id="vars" | "locals" | "dir"), args=[]):
                yield Trait.IDENTITY
            case ast.Attribute(attr=name) if name in LOOKING:
                yield Trait.IDENTITY
            case ast.Attribute(value=ast.Name(id="sys"), attr="modules"):
                yield Trait.IDENTITY
            case ast.Attribute(value=ast.Name(id="inspect"), attr="stack" | "trace"):
                yield Trait.IDENTITY
            case ast.Attribute(attr="__module__"):
                yield Trait.READS_MODULE
            case ast.Global():
                yield Trait.REBINDS
            case ast.FunctionDef(name=name) if name in PICKLING:
                yield Trait.PICKLED
    if any(_unknown_decorators(node)):
        yield Trait.ACTIVE
    decorators = getattr(node, "decorator_list", ())
    if any(_last(d) == "overload" for d in decorators):
        yield Trait.OVERLOAD
    if _attribute_types(node):
        yield Trait.TYPED
    if isinstance(node, ast.Assign | ast.AnnAssign) and not (node.value and _is_lasting(node.value)):
        yield Trait.MUTABLE
        if any(isinstance(n, ast.Call) for n in ast.walk(node)):
            yield Trait.ACTIVE


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _is_lasting(node: ast.expr) -> bool:
    """Whether nobody can change the value: constants, names, types, and what is put together of these."""
    match node:
        case ast.Constant() | ast.Name():
            return True
        case ast.Attribute(value=value) | ast.UnaryOp(operand=value):
            return _is_lasting(value)
        case ast.Tuple(elts=parts):
            return all(map(_is_lasting, parts))
        case ast.BinOp(left=left, right=right):
            return _is_lasting(left) and _is_lasting(right)
        case ast.Subscript():  # a type such as `dict[str, Any]` or an item of something that is not made here
            return not any(isinstance(n, ast.Call) for n in ast.walk(node))
        case ast.Call(func=func):
            return _last(func) in PLAIN_CALLS
        case _:
            return False
