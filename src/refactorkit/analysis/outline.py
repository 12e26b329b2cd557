"""The outline of a file: its classes, functions and module-level names, as frozen facts for the link step.

Function bodies are passed over, apart from classes in them and from what methods assign to attributes of `self`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from msgspec import Struct

from refactorkit.analysis.definitions import (
    Assigned,
    Bound,
    FunctionNode,
    Scope,
    bindings,
    flat,
    read_scope,
    unknown,
)
from refactorkit.analysis.expressions import Expression, Opaque, annotation, expression
from refactorkit.facts import extractor
from refactorkit.syntax import syntax_tree


class Attribute(Struct, frozen=True, array_like=True):
    """`self.name = value` in a method; `scope` is the method's index among the outline's scopes."""

    scope: int
    assigned: Assigned


class Class(Struct, frozen=True, array_like=True):
    """A class by its `__qualname__`: its bases as written, what its body binds and what its methods set on `self`."""

    name: str
    line: int
    bases: tuple[Expression, ...]
    metaclass: Expression | None
    members: dict[str, tuple[Bound, ...]]
    attributes: dict[str, tuple[Attribute, ...]]


class Outline(Struct, frozen=True, array_like=True):
    """One file. `names` is what module-level names are bound to, `stars` the modules of star imports.

    `lazy` is what string tables at module level say about names, where the module has a `__getattr__`: the name's
    strings, from left to right.
    """

    names: dict[str, tuple[Bound, ...]]
    stars: tuple[str, ...]
    classes: dict[str, Class]
    scopes: tuple[Scope, ...]
    lazy: dict[str, tuple[str, ...]]


@extractor
def outline(data: bytes) -> Outline:
    """The outline of a file's bytes. Raises what `ast.parse` raises."""
    tree = syntax_tree(data)
    reader = _Reader()
    names: dict[str, list[Bound]] = {}
    stars: list[str] = []
    for statement, is_typing in flat(tree.body):
        if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
            stars.append("." * statement.level + (statement.module or ""))
            continue
        for name, bound in bindings(statement, "", is_typing):
            names.setdefault(name, []).append(bound)
    for name in _written_by_functions(tree) if b"global" in data else ():
        if not any(isinstance(b, Assigned) and b.annotation is not None for b in names.get(name, ())):
            names.setdefault(name, []).append(unknown("global", 0))
    reader.classes_in(tree.body, "")
    lazy = dict(_tables(tree)) if "__getattr__" in names else {}
    bound_names = {name: tuple(bound) for name, bound in names.items()}
    return Outline(bound_names, tuple(stars), reader.classes, tuple(reader.scopes), lazy)


class _Reader:
    """Collects the classes of one file, those in functions included."""

    def __init__(self) -> None:
        self.classes: dict[str, Class] = {}
        self.scopes: list[Scope] = []

    def classes_in(self, body: list[ast.stmt], prefix: str) -> None:
        for statement, _ in flat(body):
            if isinstance(statement, ast.ClassDef):
                self._read(statement, prefix)
            elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                self.classes_in(statement.body, f"{prefix}{statement.name}.<locals>.")

    def _read(self, node: ast.ClassDef, prefix: str) -> None:
        qualified = prefix + node.name
        members: dict[str, list[Bound]] = {}
        attributes: dict[str, list[Attribute]] = {}
        for statement, is_typing in flat(node.body):
            for name, bound in bindings(statement, f"{qualified}.", is_typing):
                members.setdefault(name, []).append(bound)
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                for name, assigned in _self_assignments(statement):
                    attributes.setdefault(name, []).append(Attribute(len(self.scopes), assigned))
                if any(found[-1].scope == len(self.scopes) for found in attributes.values()):
                    self.scopes.append(read_scope(statement, f"{qualified}.", qualified, -1))
        metaclass = next((k.value for k in node.keywords if k.arg == "metaclass"), None)
        made = Class(
            qualified,
            node.lineno,
            tuple(expression(base) for base in node.bases),
            expression(metaclass) if metaclass else None,
            {name: tuple(bound) for name, bound in members.items()},
            {name: tuple(found) for name, found in attributes.items()},
        )
        before = self.classes.get(qualified)
        self.classes[qualified] = made if before is None else _either(before, made)
        self.classes_in(node.body, f"{qualified}.")


def _either(one: Class, other: Class) -> Class:
    """One of two classes of the same name, of which nobody can tell which: its bases aren't known, nor any member."""
    missing = (unknown("class", 0),)
    members = {
        name: (*one.members.get(name, missing), *other.members.get(name, missing))
        for name in (*one.members, *other.members)
    }
    attributes = {
        name: (*one.attributes.get(name, ()), *other.attributes.get(name, ()))
        for name in (*one.attributes, *other.attributes)
    }
    bases = (*other.bases, Opaque("class"))
    return Class(other.name, other.line, bases, other.metaclass or one.metaclass, members, attributes)


def _self_assignments(method: FunctionNode) -> Iterator[tuple[str, Assigned]]:
    """What a method assigns to attributes of its first parameter."""
    positional = [*method.args.posonlyargs, *method.args.args]
    me = positional[0].arg if positional else None
    for node, _ in flat(method.body):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    for name in _attributes_of(me, target):
                        fact = expression(value) if isinstance(target, ast.Attribute) else None
                        yield name, Assigned(fact, None, node.lineno)
            case ast.AnnAssign(target=target, annotation=declared, value=given):
                for name in _attributes_of(me, target):
                    yield (
                        name,
                        Assigned(expression(given) if given else None, annotation(declared), node.lineno),
                    )
            case ast.AugAssign(target=target) | ast.For(target=target) | ast.AsyncFor(target=target):
                for name in _attributes_of(me, target):
                    yield name, Assigned(None, None, node.lineno)
            case ast.With(items=items) | ast.AsyncWith(items=items):
                for item in items:
                    for name in _attributes_of(me, item.optional_vars):
                        yield name, Assigned(None, None, node.lineno)
            case _:
                pass


def _attributes_of(me: str | None, target: ast.expr | None) -> Iterator[str]:
    match target:
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner == me:
            yield name
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                yield from _attributes_of(me, element)
        case _:
            pass


def _written_by_functions(tree: ast.Module) -> list[str]:
    """The module-level names that functions may bind: those of `global` statements."""
    return sorted({name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names})


def _tables(tree: ast.Module) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The entries of dictionary displays at module level whose keys and values are strings or tuples with strings."""
    for statement, _ in flat(tree.body):
        value = getattr(statement, "value", None)
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or not isinstance(value, ast.Dict):
            continue
        for key, entry in zip(value.keys, value.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                strings = [
                    n.value
                    for n in ast.walk(entry)
                    if isinstance(n, ast.Constant) and isinstance(n.value, str)
                ]
                yield key.value, tuple(strings)
