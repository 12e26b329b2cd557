"""The shape of an annotation around a type: optional, in a list, in a union with something else, and so on."""

from __future__ import annotations

import ast
from collections.abc import Callable
from copy import deepcopy
from enum import StrEnum

from msgspec import Struct

from refactorkit.analysis.modules import External, Module, Modules

Place = Callable[[ast.expr], bool]
"""Whether an expression is the type that is looked for."""

CONTAINERS = frozenset(
    [
        "list",
        "set",
        "frozenset",
        "tuple",
        "List",
        "Set",
        "FrozenSet",
        "Tuple",
        "Sequence",
        "Iterable",
        "Collection",
        "MutableSequence",
        "deque",
        "Deque",
    ]
)
MAPPINGS = frozenset(
    ["dict", "Dict", "Mapping", "MutableMapping", "OrderedDict", "defaultdict", "DefaultDict"]
)
WRAPPERS = frozenset(["Required", "NotRequired", "ReadOnly", "Final"])
TYPING = ("typing.", "typing_extensions.", "builtins.", "collections.abc.", "collections.")


class Shape(StrEnum):
    """Where in an annotation the type stands."""

    PLAIN = "plain"
    """The type itself, optional, or in containers of it."""
    UNION = "union"
    """In a union with another type than None."""
    KEY = "key"
    """As the key of a mapping."""
    CLASS_VARIABLE = "class-variable"
    """In a ClassVar: no field."""
    OTHER = "other"
    """As an argument of something that is not known."""


class Occurrence(Struct, frozen=True):
    """One place of the type in an annotation: its expression, its shape, and the `Annotated` metadata around it."""

    node: ast.expr
    shape: Shape
    metadata: tuple[ast.expr, ...] = ()


def occurrences(modules: Modules, module: Module, annotation: ast.expr, wanted: Place) -> list[Occurrence]:
    """Every place of a wanted type in an annotation, from left to right. Nested strings are not entered."""
    return _find(modules, module, annotation, wanted, Shape.PLAIN, ())


def typing_name(modules: Modules, module: Module, node: ast.expr) -> str | None:
    """`Optional` for typing.Optional under whatever name the module knows it; None for what typing doesn't define."""
    resolved = modules.resolve(module, node)
    if isinstance(resolved, External) and resolved.qualified.startswith(TYPING):
        return resolved.qualified.rpartition(".")[2]
    return None


def _find(
    modules: Modules, module: Module, node: ast.expr, wanted: Place, shape: Shape, meta: tuple[ast.expr, ...]
) -> list[Occurrence]:
    def inside(child: ast.expr, new: Shape = shape, more: tuple[ast.expr, ...] = ()) -> list[Occurrence]:
        return _find(modules, module, child, wanted, new, meta + more)

    if isinstance(node, ast.Name | ast.Attribute):
        return [Occurrence(node, shape, meta)] if wanted(node) else []
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        members = _union_members(node)
        union = _union_shape(members, shape)
        return [found for member in members for found in inside(member, union)]
    if not isinstance(node, ast.Subscript):
        return [
            o
            for child in ast.iter_child_nodes(node)
            if isinstance(child, ast.expr)
            for o in inside(child, Shape.OTHER)
        ]
    arguments = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    match typing_name(modules, module, node.value):
        case "Optional":
            return inside(arguments[0])
        case "Union":
            union = _union_shape(arguments, shape)
            return [found for member in arguments for found in inside(member, union)]
        case "Annotated":
            return inside(arguments[0], shape, tuple(arguments[1:]))
        case "ClassVar":
            return [found for a in arguments for found in inside(a, Shape.CLASS_VARIABLE)]
        case str(name) if name in CONTAINERS or name in WRAPPERS:
            return [found for argument in arguments for found in inside(argument)]
        case str(name) if name in MAPPINGS and len(arguments) == 2:
            return inside(arguments[0], Shape.KEY) + inside(arguments[1])
        case _:
            return [found for argument in arguments for found in inside(argument, Shape.OTHER)]


def _union_members(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _union_members(node.left) + _union_members(node.right)
    return [node]


def _union_shape(members: list[ast.expr], shape: Shape) -> Shape:
    others = [m for m in members if not (isinstance(m, ast.Constant) and m.value is None)]
    return shape if len(others) <= 1 else (Shape.UNION if shape is Shape.PLAIN else shape)


def unquoted(annotation: ast.expr) -> ast.expr:
    """A copy of the annotation with its string parts parsed; `Literal` and the metadata of `Annotated` stay."""

    class Unquote(ast.NodeTransformer):
        def visit_Constant(self, node: ast.Constant) -> ast.expr:
            if isinstance(node.value, str):
                try:
                    return ast.parse(node.value.strip(), mode="eval").body
                except (SyntaxError, ValueError):
                    return node
            return node

        def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
            return node  # an attribute of a string (`"types".LaxUrl`) is no type

        def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
            return node  # its strings are parts of one, which is known at run time only

        def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
            name = getattr(node.value, "attr", getattr(node.value, "id", None))
            if name == "Literal":
                return node
            if name == "Annotated" and isinstance(node.slice, ast.Tuple):
                inner: ast.expr = self.visit(node.slice.elts[0])
                return ast.Subscript(
                    node.value, ast.Tuple([inner, *node.slice.elts[1:]], ast.Load()), ast.Load()
                )
            return ast.Subscript(node.value, self.visit(node.slice), node.ctx)

    if not any(isinstance(n, ast.Constant) and isinstance(n.value, str) for n in ast.walk(annotation)):
        return annotation
    return Unquote().visit(deepcopy(annotation))  # type: ignore[no-any-return]


def allows_none(modules: Modules, module: Module, annotation: ast.expr) -> bool:
    """Whether None is a value of the annotation, which may hold strings: `Optional`, a union with None, `Any`."""
    node = unquoted(annotation)
    if isinstance(node, ast.Constant):
        return node.value is None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return any(allows_none(modules, module, member) for member in _union_members(node))
    if not isinstance(node, ast.Subscript):
        return False
    arguments = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    match typing_name(modules, module, node.value):
        case "Optional":
            return True
        case "Union":
            return any(allows_none(modules, module, member) for member in arguments)
        case "Annotated" | "Final":
            return allows_none(modules, module, arguments[0])
        case _:
            return False
