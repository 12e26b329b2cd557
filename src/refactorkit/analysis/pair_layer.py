"""`layer=module`: which wrappers can move to a sync module beside their own, and what they need there.

The module hands the names on by a `__getattr__` (PEP 562) that imports the layer when it is asked, since the layer imports
the module at its top. So nothing may depend on the names being in the module's own namespace, or on the functions being
made while the module is: each such dependence is looked for, and refuses the pair.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping
from keyword import iskeyword

from refactorkit.analysis.definitions import flat
from refactorkit.analysis.layer_names import Names, literal_all, names_of
from refactorkit.analysis.modules import Module, ModuleRef, Modules, module_parts
from refactorkit.analysis.pair_bridge import Bridge, spelling
from refactorkit.analysis.pair_edits import Layer
from refactorkit.analysis.pair_leftovers import body_lines
from refactorkit.analysis.pair_obstacles import importing
from refactorkit.analysis.pair_reasons import Reason, Relation
from refactorkit.analysis.pair_sides import module_name
from refactorkit.analysis.pair_verdicts import Key, Verdict
from refactorkit.analysis.pair_wrappers import removed_lines, wrapper
from refactorkit.analysis.pairs import Function, Kind, is_overload, tail
from refactorkit.analysis.replacements import replacements
from refactorkit.model import Source
from refactorkit.splice import Text, span, text_of

HARMLESS = ("functools", "typing", "typing_extensions", "warnings")
"""The modules whose decorators do nothing but to the function."""
LOOKING = frozenset({"globals", "vars", "locals", "dir", "eval", "exec"})
"""Calls that may find, or miss, a name in the module's own namespace."""

Refusal = tuple[Reason, str]
Spans = list[tuple[int, int]]


def belongs_in_layer(verdict: Verdict) -> bool:
    """Whether a collapsed pair's wrapper is one that a layer takes: a function of a module."""
    pair = verdict.pair
    assert pair is not None
    is_plain = pair.sync.kind is Kind.FUNCTION and not pair.sync.is_local
    return is_plain and verdict.relation is not Relation.TRIVIAL_ASYNC


class Layers:
    """The layers of a project. `pattern` makes the name of one from that of its module (`_{}_sync`)."""

    def __init__(self, modules: Modules, sources: Mapping[str, Source], bridge: Bridge, pattern: str) -> None:
        self._modules, self._sources, self._bridge, self._pattern = modules, sources, bridge, pattern
        self._names: dict[str, Names] = {}

    def refusals(self, chosen: Iterable[Verdict]) -> dict[Key, Refusal]:
        """Those of the chosen pairs that belong in a layer and can't move, each with why; one can keep others."""
        left = {v.sync.key: v for v in chosen}
        refused: dict[Key, Refusal] = {}
        moved = True
        while moved:
            moved = False
            for key, verdict in left.items():
                if key in refused or not belongs_in_layer(verdict):
                    continue
                stays = [v for k, v in left.items() if k not in refused and v.sync.path == verdict.sync.path]
                if found := self._obstacle(verdict, stays):
                    refused[key] = found
                    moved = True
        return refused

    def _obstacle(self, verdict: Verdict, collapsed: Iterable[Verdict]) -> Refusal | None:
        module = self._module(verdict)
        return (
            self._place(module)
            or self._position(module, verdict)
            or self._own_use(module, verdict, [body_lines(v.sync) for v in collapsed])
            or self._star(module, verdict)
            or self._decorators(module, verdict)
            or self._late_values(module, verdict)
            or self._captured(module, verdict)
        )

    def _module(self, verdict: Verdict) -> Module:
        module = self._modules.get(verdict.sync.path)
        assert module is not None
        return module

    def _place(self, module: Module) -> Refusal | None:
        """Whether the module can have a layer at all."""
        if module.is_package():
            return Reason.LAYER_OF_PACKAGE, f"{module.path} is a package's own module"
        path = self.path(module.path)
        stem = path.removesuffix(".py")
        if path in self._sources or any(other.startswith(f"{stem}/") for other in self._sources):
            return Reason.LAYER_TAKEN, f"{path} is there already"
        spelled = self._spelled(module)
        if not spelled:
            return Reason.LAYER_NAMELESS, f"no file imports {module.path}, which stands in no package"
        parts = [p for p in (*spelled[0].split("."), *spelled[1].split("."), module_parts(path)[-1]) if p]
        if odd := [part for part in parts if not part.isidentifier() or iskeyword(part)]:
            return Reason.LAYER_NAMELESS, f"no import statement can name {odd[0]}"
        if taken := {"__getattr__", "__dir__", "_SYNC"} & module.bindings.keys():
            return Reason.MODULE_GETATTR, f"{module.path} defines {min(taken)}"
        return None

    def _position(self, module: Module, verdict: Verdict) -> Refusal | None:
        """Whether the function stands where it can be taken from."""
        node = verdict.sync.node
        if node not in module.tree.body:
            return Reason.LAYER_IN_BLOCK, f"line {node.lineno} stands inside another statement"
        own = [*overloads(module, node), node]
        bound = [getattr(b, "node", None) for b in module.bindings.get(node.name, ())]
        if len(bound) != len(own) or any(not is_stub(stub) for stub in own[:-1]):
            return Reason.NAME_TAKEN, f"{node.name} is bound more than once"
        for statement, is_typing in flat(module.tree.body):
            is_import = isinstance(statement, ast.Import | ast.ImportFrom)
            if is_import and not is_typing and statement.lineno > own[0].lineno:
                return Reason.IMPORTS_BELOW, f"line {statement.lineno} imports something below {node.name}"
        return None

    def _own_use(self, module: Module, verdict: Verdict, gone: Spans) -> Refusal | None:
        """Whether the module itself looks the name up."""
        name = verdict.sync.node.name
        gone = [*gone, *self._lines(module, verdict)]
        for node in ast.walk(module.tree):
            line = getattr(node, "lineno", 0)
            if any(first <= line <= last for first, last in gone):
                continue
            if isinstance(node, ast.Name) and node.id == name:
                return Reason.USED_IN_MODULE, f"line {line} uses {name}"
            if isinstance(node, ast.Global) and name in node.names:
                return Reason.USED_IN_MODULE, f"line {line} declares {name} global"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LOOKING:
                return Reason.USED_IN_MODULE, f"line {line} calls {node.func.id}, which might look for {name}"
        return None

    def _star(self, module: Module, verdict: Verdict) -> Refusal | None:
        """Whether somebody takes the name without saying so. Names in `__all__` are asked for one by one."""
        exported = literal_all(module)
        if exported is not None:
            return None
        for path, source in self._sources.items():
            other = self._modules.get(path) if b"import *" in source.data else None
            for star in other.stars if other else ():
                if self._modules.absolute(star, path) == ModuleRef(module.path):
                    said = f"{path} imports everything from it, and no __all__ says what that is"
                    return Reason.STAR_IMPORTED, said
        return None

    def _decorators(self, module: Module, verdict: Verdict) -> Refusal | None:
        """Whether a decorator may do more than wrap the function."""
        assert verdict.pair is not None
        dispatcher = verdict.pair.decorator.rpartition(".")[2]
        for function in (verdict.sync.node, *overloads(module, verdict.sync.node)):
            for decorator in function.decorator_list:
                callee = decorator.func if isinstance(decorator, ast.Call) else decorator
                root = callee
                while isinstance(root, ast.Attribute):
                    root = root.value
                known = module_name(module, root.id) or "" if isinstance(root, ast.Name) else ""
                if tail(callee) != dispatcher and known.partition(".")[0] not in HARMLESS:
                    said = f"line {decorator.lineno}: {ast.unparse(callee)} may do something when it is run"
                    return Reason.REGISTERING_DECORATOR, said
        return None

    def _late_values(self, module: Module, verdict: Verdict) -> Refusal | None:
        """Whether a value might be another one later: of defaults and of what the decorators are given."""
        names = self._names_of(module)
        node = verdict.sync.node
        args = node.args
        values = [*args.defaults, *(d for d in args.kw_defaults if d is not None)]
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call):
                values += [*decorator.args, *(k.value for k in decorator.keywords)]
        for value in values:
            if not names.is_fixed(value):
                return Reason.EVALUATED_LATE, f"line {value.lineno}: {ast.unparse(value)} is evaluated later"
        for root in sorted(self._needed(module, verdict)):
            if not names.is_steady(root):
                return Reason.EVALUATED_LATE, f"{root} may be bound to something else later"
        return None

    def _captured(self, module: Module, verdict: Verdict) -> Refusal | None:
        """Whether a test replaces a name that the layer imports, at the moment when it is first asked for perhaps."""
        needed = self._needed(module, verdict) | {verdict.sync.node.name}
        owners = {module_parts(module.path)[-1]}
        for name in needed:
            owners |= {
                b.module.rpartition(".")[2] for b in module.bindings.get(name, ()) if hasattr(b, "module")
            }
        owners.add(self._bridge.module.rpartition(".")[2])
        for owner, name in sorted(replacements(self._sources.values(), needed)):
            if owner in owners and name != verdict.sync.node.name:
                return Reason.CAPTURED_NAME, f"{owner}.{name} is replaced somewhere, and the layer imports it"
        return None

    def _names_of(self, module: Module) -> Names:
        if module.path not in self._names:
            self._names[module.path] = Names(module)
        return self._names[module.path]

    def _needed(self, module: Module, verdict: Verdict) -> set[str]:
        """The names of the module that the wrapper needs when the layer is imported or when it is called."""
        assert verdict.pair is not None
        used = names_of([verdict.sync.node, *overloads(module, verdict.sync.node)])
        known = self._names_of(module)
        needed = {name for name in used | {verdict.pair.twin.short} if known.is_known(name)}
        if importing(self._modules, module.path, self._bridge)[0] != "body":
            needed.add(self._bridge.name)
        return needed - {verdict.sync.node.name}

    def _lines(self, module: Module, verdict: Verdict) -> Spans:
        """The lines of the function and its overloads, each with the comments right above it."""
        text = text_of(module.data)
        found = []
        for node in (*overloads(module, verdict.sync.node), verdict.sync.node):
            first, last = span(node)
            while first > 1 and text.lines[first - 2].startswith(b"#") and first > 2:
                first -= 1
            found.append((first, last))
        return found

    def path(self, path: str) -> str:
        """Where the layer of a module goes."""
        folder, _, file = path.rpartition("/")
        name = self._pattern.format(file.removesuffix(".py"))
        return f"{folder}/{name}.py" if folder else f"{name}.py"

    def _spelled(self, module: Module) -> tuple[str, str] | None:
        """How the layer imports the module, and from which package the module imports the layer: as files here do it."""
        folder = module.path.rpartition("/")[0]
        own = self._modules.name(module.path)
        if f"{folder}/__init__.py" in self._sources:
            root = own.partition(".")[0]
            absolute = any(
                isinstance(s, ast.ImportFrom) and not s.level and (s.module or "").partition(".")[0] == root
                for s in module.tree.body
            )
            return (own, own.rpartition(".")[0]) if absolute else (f".{own.rpartition('.')[2]}", ".")
        spelled = spelling(self._modules, module.path) or ("" if folder not in ("", "src") else own)
        return (spelled, spelled.rpartition(".")[0]) if spelled else None

    def spans(self, verdicts: Iterable[Verdict]) -> Spans:
        """The lines that leave a module with these functions, neighbours joined."""
        verdicts = list(verdicts)
        module = self._module(verdicts[0])
        text = text_of(module.data)
        joined: Spans = []
        for first, last in sorted(lines for v in verdicts for lines in self._lines(module, v)):
            if joined and not text.code(joined[-1][1] + 1, first - 1).strip():
                joined[-1] = (joined[-1][0], last)
            else:
                joined.append((first, last))
        return joined

    def layer(self, verdicts: Iterable[Verdict], dropped: Mapping[Key, tuple[int, int]]) -> Layer:
        """The layer with these functions of one module; `dropped` are the lines of the decorators that go."""
        verdicts = sorted(verdicts, key=lambda v: v.sync.node.lineno)
        module = self._module(verdicts[0])
        names = self._names_of(module)
        spelled = self._spelled(module)
        assert spelled is not None
        how, host = importing(self._modules, module.path, self._bridge)
        imports: dict[tuple[str, str], None] = {}
        types: dict[tuple[str, str], None] = {}
        code: list[str] = []
        here = {v.sync.node.name for v in verdicts} | ({self._bridge.name} if how != "body" else set())
        for verdict in verdicts:
            gone = dropped.get(verdict.sync.key)
            code += self._code(module, verdict, host if how == "body" else "", gone)
            for name in sorted(self._needed(module, verdict) - here):
                if gone is None or name in _without_decorator(module, verdict, gone):
                    chosen = types if names.is_for_types(name) else imports
                    chosen.update(dict.fromkeys(names.imports(name, spelled[0])))
        if how != "body":
            at_home = module.path == self._bridge.path
            imports[spelled[0] if at_home else host, self._bridge.name] = None
        assert verdicts[0].pair is not None
        return Layer(
            self.path(module.path),
            *spelled,
            module_parts(self.path(module.path))[-1],
            tuple(names.futures),
            tuple(imports),
            tuple(types),
            verdicts[0].pair.twin.short,
            tuple(v.sync.node.name for v in verdicts),
            tuple(code),
            self._first_party(module, [m or n for m, n in (*imports, *types)]),
            text_of(module.data).newline,
        )

    def _first_party(self, module: Module, dotted: Iterable[str]) -> tuple[str, ...]:
        roots = {d.partition(".")[0].partition(" ")[0] for d in dotted} - {""}
        return tuple(sorted(root for root in roots if self._modules.find(root, module.path)))

    def _code(
        self, module: Module, verdict: Verdict, local: str, gone: tuple[int, int] | None
    ) -> Iterable[str]:
        """The overloads and the wrapper as they are to stand in the layer."""
        assert verdict.pair is not None
        text = text_of(module.data)
        *stubs, (first, _) = self._lines(module, verdict)
        yield from (_plain(text.code(*stub)) for stub in stubs)
        body = removed_lines(text, verdict.sync.node)
        assert body is not None
        head = [n for n in range(first, body[0]) if gone is None or not gone[0] <= n <= gone[1]]
        kept = "".join(text.code(n, n) for n in head)
        indent = _indent(text, verdict.sync.node)
        yield _plain(kept) + wrapper(verdict, verdict.pair, self._bridge.name, indent, local)


def overloads(module: Module, node: Function) -> list[Function]:
    """The declarations of the function's overloads, in order."""
    return [
        s
        for s in module.tree.body
        if isinstance(s, ast.FunctionDef) and s.name == node.name and s is not node and is_overload(s)
    ]


def is_stub(node: Function) -> bool:
    """Whether a function's body holds nothing but constants."""
    return all(
        isinstance(s, ast.Pass) or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
        for s in node.body
    )


def _without_decorator(module: Module, verdict: Verdict, gone: tuple[int, int]) -> Collection[str]:
    """The names that are still needed when the decorator on these lines goes."""
    assert verdict.pair is not None
    nodes = [verdict.sync.node, *overloads(module, verdict.sync.node)]
    return names_of(nodes, gone) | {verdict.pair.twin.short}


def _plain(code: str) -> str:
    """Code with `\\n` at the end of each line, the last one too."""
    return code.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"


def _indent(text: Text, node: Function) -> str:
    line = text.code(node.body[0].lineno, node.body[0].lineno)
    return line[: len(line) - len(line.lstrip())]
