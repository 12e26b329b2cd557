"""The import statements of one file, each with where it stands and what happens to the names that it binds.

Facts of one file are a pure function of its bytes. What an import leads to is put together in `import_graph`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence

from msgspec import Struct, structs

from refactorkit.analysis.import_guards import Guard, expects_import_error, guard_of
from refactorkit.analysis.import_setup import Setup, called_on_import, prepared_lines, setups
from refactorkit.analysis.import_uses import Use, hides, uses_in
from refactorkit.analysis.module_names import module_names
from refactorkit.facts import extractor
from refactorkit.splice import text_of
from refactorkit.syntax import descendants, dotted, syntax_tree

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
PLAIN = (
    ast.Expr,
    ast.Assign,
    ast.AnnAssign,
    ast.AugAssign,
    ast.Return,
    ast.Raise,
    ast.Assert,
    ast.Pass,
    ast.Delete,
)
"""Statements that hold no others."""
ASSIGNED = re.compile(
    rb"^[ \t]*([\w.]+)\.(\w+)[ \t]*(?::[^=\n]+)?(?:[-+*/%@&|^]|//|\*\*|<<|>>)?=(?!=)", re.MULTILINE
)
NEVER = frozenset({Guard.TYPE_CHECKING, Guard.MAIN})
"""Guards of what importing a file doesn't run."""


class ImportedName(Struct, frozen=True, array_like=True):
    """One name of an import statement. `name` is the attribute (`*` for all) or, after `import`, the dotted module.

    `bound` is the local name that it binds, and `uses` are those of a deferred import: how its function uses the name.
    """

    name: str
    alias: str | None
    bound: str
    uses: tuple[Use, ...] = ()


class ImportStatement(Struct, frozen=True, array_like=True):
    """An import statement. `module` begins with a dot for each level of a relative import; '' after `import`.

    Lines count from 1, columns from 0. `scope` is the qualified name of what it stands in ('' for the module), and
    `is_deferred` says that a function is among it; `in_class` that the scope next to it is a class. `is_alone` says that
    nothing else but a comment stands on its lines. `comment` is the one at its end, '' without; `has_comment_inside`
    says that others stand between its parentheses. `decorators` are the dotted names of those of the functions around
    it; `is_prepared` says that code before it in them changes what may be imported.
    """

    line: int
    column: int
    end_line: int
    module: str
    names: tuple[ImportedName, ...]
    scope: str = ""
    is_deferred: bool = False
    in_class: bool = False
    guards: tuple[Guard, ...] = ()
    is_alone: bool = True
    comment: str = ""
    has_comment_inside: bool = False
    decorators: tuple[str, ...] = ()
    is_prepared: bool = False

    @property
    def is_from(self) -> bool:
        """Whether it is `from module import names`."""
        return bool(self.module)

    def meant(self) -> tuple[str, ...]:
        """The dotted names of the modules that it may import, of those outside of the project."""
        if not self.module:
            return tuple(name.name for name in self.names)
        return (self.module, *(f"{self.module}.{name.name}" for name in self.names))

    @property
    def runs_on_import(self) -> bool:
        """Whether importing the file can run it."""
        return not self.is_deferred and (not self.guards or NEVER.isdisjoint(self.guards))


class LazyName(Struct, frozen=True, array_like=True):
    """A row of a table in a module with `__getattr__`: the name it serves, and the strings that stand beside it."""

    name: str
    strings: tuple[str, ...]


class FileImports(Struct, frozen=True):
    """The imports of one file, and the names of its module level.

    `bindings` are the names that statements of the module level bind when it is imported; `rebound` those of them that
    are bound more than once or deleted, `globals` those that a function assigns through `global`. `lazy` is the table of
    a module `__getattr__`, None without one. `exported` is `__all__`, None without one. `is_script` says that the file
    does something when it is run, `setup` is what it does among its imports, `called` the dotted names that it calls.
    `assigned` are the attributes that it gives values, each after the dotted code of an imported name that has them.
    """

    statements: tuple[ImportStatement, ...] = ()
    bindings: tuple[str, ...] = ()
    rebound: tuple[str, ...] = ()
    globals: tuple[str, ...] = ()
    lazy: tuple[LazyName, ...] | None = None
    exported: tuple[str, ...] | None = None
    is_script: bool = False
    setup: tuple[Setup, ...] = ()
    called: tuple[str, ...] = ()
    assigned: tuple[tuple[str, str], ...] = ()


@extractor
def file_imports(data: bytes) -> FileImports:
    """The imports of a file's bytes. Raises what `ast.parse` raises."""
    tree = syntax_tree(data)
    found: list[ImportStatement] = []
    _collect(tree.body, _Place(), found)
    if any(statement.is_deferred for statement in found):
        lines, prepared = text_of(data).lines, prepared_lines(tree, data)
        found = [_with_surroundings(statement, lines, prepared) for statement in found]
    found.sort(key=lambda s: (s.line, s.column))
    bound, rebound = module_names(tree)
    declared = descendants(tree) if b"global" in data else ()
    return FileImports(
        statements=tuple(found),
        bindings=tuple(sorted(bound)),
        rebound=tuple(sorted(rebound)),
        globals=tuple(
            sorted({name for node in declared if isinstance(node, ast.Global) for name in node.names})
        ),
        lazy=_lazy_table(tree),
        exported=_exported(tree),
        is_script=any(isinstance(n, ast.If) and guard_of(n.test) is Guard.MAIN for n in tree.body),
        setup=tuple(setups(tree)),
        called=called_on_import(tree),
        assigned=tuple(_assigned(data, {name.bound for s in found for name in s.names})),
    )


def _assigned(data: bytes, bound: Collection[str]) -> Iterator[tuple[str, str]]:
    """The attributes that lines of the file assign to something imported."""
    seen = set()
    for match in ASSIGNED.finditer(data):
        pair = match.group(1).decode("utf-8", "replace"), match.group(2).decode("utf-8", "replace")
        if pair[0].partition(".")[0] in bound and pair not in seen:
            seen.add(pair)
            yield pair


class _Place(Struct, frozen=True):
    """Where the walk is."""

    scope: str = ""
    functions: tuple[ast.FunctionDef | ast.AsyncFunctionDef, ...] = ()
    in_class: bool = False
    guards: tuple[Guard, ...] = ()

    def under(self, guard: Guard) -> _Place:
        return _Place(self.scope, self.functions, self.in_class, (*self.guards, guard))

    def inside(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> _Place:
        scope = f"{self.scope}.{node.name}" if self.scope else node.name
        if isinstance(node, ast.ClassDef):
            return _Place(scope, self.functions, True, self.guards)
        return _Place(scope, (*self.functions, node))


def _collect(body: Sequence[ast.stmt], place: _Place, found: list[ImportStatement]) -> None:
    for statement in body:
        if isinstance(statement, PLAIN):
            continue
        match statement:
            case ast.Import() | ast.ImportFrom():
                found.append(_statement(statement, place))
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                _collect(statement.body, place.inside(statement), found)
            case _:
                for part, guard in _blocks(statement):
                    _collect(part, place.under(guard), found)


def _with_surroundings(
    statement: ImportStatement, lines: Sequence[bytes], prepared: Collection[int]
) -> ImportStatement:
    """The statement of a function with what else stands on its lines."""
    if not statement.is_deferred:
        return statement
    *inner, last = lines[statement.line - 1 : statement.end_line]
    code, sign, comment = last.partition(b"#")
    first = inner[0] if inner else last
    return structs.replace(
        statement,
        is_alone=not first[: statement.column].strip() and b";" not in code,
        comment=(sign + comment).decode("utf-8", "replace").rstrip(),
        has_comment_inside=any(b"#" in line for line in inner),
        is_prepared=statement.line in prepared,
    )


def _blocks(statement: ast.stmt) -> Iterator[tuple[Sequence[ast.stmt], Guard]]:
    """The blocks of a compound statement, each with what decides whether it runs."""
    match statement:
        case ast.If(test=test, body=body, orelse=orelse):
            guard = guard_of(test)
            yield body, guard
            # `else` of TYPE_CHECKING is what always runs
            yield orelse, Guard.CONDITION if guard in (Guard.TYPE_CHECKING, Guard.MAIN) else guard
        case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
            yield from _tried(body, handlers, orelse, final)
        case ast.With(body=body) | ast.AsyncWith(body=body):
            yield body, Guard.WITH
        case ast.For(body=body, orelse=orelse) | ast.AsyncFor(body=body, orelse=orelse):
            yield body, Guard.LOOP
            yield orelse, Guard.LOOP
        case ast.While(body=body, orelse=orelse):
            yield body, Guard.CONDITION
            yield orelse, Guard.CONDITION
        case ast.Match(cases=cases):
            for case in cases:
                yield case.body, Guard.CONDITION
        case _ if type(statement).__name__ == "TryStar":
            yield statement.body, Guard.TRY  # type: ignore[attr-defined]
        case _:
            pass


def _tried(
    body: Sequence[ast.stmt],
    handlers: Sequence[ast.ExceptHandler],
    orelse: Sequence[ast.stmt],
    final: Sequence[ast.stmt],
) -> Iterator[tuple[Sequence[ast.stmt], Guard]]:
    expected = any(expects_import_error(handler) for handler in handlers)
    yield body, Guard.OPTIONAL if expected else Guard.TRY
    for handler in handlers:
        yield handler.body, Guard.FALLBACK if expected else Guard.TRY
    yield orelse, Guard.FALLBACK if expected else Guard.TRY
    yield final, Guard.TRY


def _statement(node: ast.Import | ast.ImportFrom, place: _Place) -> ImportStatement:
    names = []
    for alias in node.names:
        whole = alias.name if isinstance(node, ast.ImportFrom) else alias.name.partition(".")[0]
        bound = alias.asname or whole
        names.append(ImportedName(alias.name, alias.asname, bound, _uses(place, bound)))
    return ImportStatement(
        line=node.lineno,
        column=node.col_offset,
        end_line=node.end_lineno or node.lineno,
        module="." * node.level + (node.module or "") if isinstance(node, ast.ImportFrom) else "",
        names=tuple(names),
        scope=place.scope,
        is_deferred=bool(place.functions),
        in_class=place.in_class,
        guards=place.guards,
        decorators=tuple(_dotted(d) for function in place.functions for d in function.decorator_list),
    )


def _dotted(decorator: ast.expr) -> str:
    """A decorator's dotted name, without what it is called with."""
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    return dotted(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def _uses(place: _Place, bound: str) -> tuple[Use, ...]:
    """How the function next to the import uses the name; what a function further out binds counts as BOUND,
    unless an import does that."""
    if not place.functions:
        return ()
    uses = uses_in(place.functions[-1], bound)
    if any(hides(outer, bound, by_imports=False) for outer in place.functions[:-1]) and Use.BOUND not in uses:
        uses = (*uses, Use.BOUND)
    return uses


def _lazy_table(tree: ast.Module) -> tuple[LazyName, ...] | None:
    """What the tables of a module with `__getattr__` say: each string key of a dict with the strings of its value, and
    the strings that the function compares with, without any."""
    serving = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "__getattr__"]
    if not serving:
        return None
    compared = [n for function in serving for n in descendants(function) if isinstance(n, ast.Compare)]
    rows = [LazyName(text, ()) for node in compared for text in _strings(node)]
    for node in descendants(tree):
        if not isinstance(node, ast.Dict):
            continue
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                rows.append(LazyName(key.value, tuple(_strings(value))))
    return tuple(rows)


def _strings(node: ast.expr) -> Iterator[str]:
    for inner in descendants(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value


def _exported(tree: ast.Module) -> tuple[str, ...] | None:
    """The names of `__all__`, or None without one; what is computed is left out."""
    for node in tree.body:
        targets = (
            node.targets
            if isinstance(node, ast.Assign)
            else [node.target]
            if isinstance(node, ast.AnnAssign)
            else []
        )
        if any(isinstance(t, ast.Name) and t.id == "__all__" for t in targets) and isinstance(
            getattr(node, "value", None), ast.List | ast.Tuple
        ):
            return tuple(_strings(node.value))  # type: ignore[attr-defined]
    return None
