"""What putting values into targets does that may raise: assignments, deletions, loops' variables."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from refactorkit.analysis.expressions import OPERATORS, Expression, Part, expression
from refactorkit.analysis.expressions import Opaque as OpaqueValue
from refactorkit.analysis.raise_expressions import actual, declared, evaluated, spot
from refactorkit.analysis.raise_facts import Actual, Effect, Load, Opaque, Operate

ELEMENT = OpaqueValue("element")


def assigning(node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> Iterator[Effect]:
    """What an assignment does."""
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from evaluated(value)
            for target in targets:
                yield from storing(target, value)
        case ast.AnnAssign(target=target, annotation=annotation, value=given):
            yield from declared(annotation)
            if given is not None:
                yield from evaluated(given)
                yield from storing(target, given)
        case ast.AugAssign(target=target, op=op, value=value):
            loaded = ast.copy_location(_loaded(target), target)
            yield from evaluated(loaded)
            yield from evaluated(value)
            method = f"__i{OPERATORS[type(op)][2:]}"
            yield Operate(method, (actual(loaded), actual(value)), node.lineno)
            yield from storing(target, None)


def _loaded(target: ast.Name | ast.Attribute | ast.Subscript) -> ast.expr:
    match target:
        case ast.Name(id=name):
            return ast.Name(name, ast.Load())
        case ast.Attribute(value=value, attr=attr):
            return ast.Attribute(value, attr, ast.Load())
        case _:
            return ast.Subscript(target.value, target.slice, ast.Load())


def _count(elements: Sequence[ast.expr]) -> Expression:
    """How many elements are taken apart: just as many as there are names, or at least one less."""
    return OpaqueValue("least" if any(isinstance(e, ast.Starred) for e in elements) else "count")


def deleting(target: ast.expr) -> Iterator[Effect]:
    """What deleting a target does."""
    match target:
        case ast.Subscript(value=value, slice=key):
            yield from evaluated(value)
            yield from evaluated(key)
            yield Operate("__delitem__", (actual(value), actual(key)), target.lineno)
        case ast.Attribute(value=value, attr=attr):
            yield from evaluated(value)
            yield Load(expression(value), attr, "set", target.lineno, spot(value))
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                yield from deleting(element)
        case _:
            pass


def storing(target: ast.expr, value: ast.expr | None, fact: Expression = ELEMENT) -> Iterator[Effect]:
    """What putting a value into a target does; where no expression gives the value, `fact` says what it is."""
    match target:
        case ast.Name():
            pass
        case ast.Starred(value=inner):
            yield from storing(inner, None)  # a new list
        case ast.Attribute(value=owner, attr=attr):
            yield from evaluated(owner)
            yield Load(expression(owner), attr, "set", target.lineno, spot(owner))
        case ast.Subscript(value=owner, slice=key):
            yield from evaluated(owner)
            yield from evaluated(key)
            given = actual(value) if value is not None else Actual(fact)
            yield Operate("__setitem__", (actual(owner), actual(key), given), target.lineno)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            same = isinstance(value, ast.Tuple) and len(value.elts) == len(elements)
            parts = value.elts if same and isinstance(value, ast.Tuple) else [None] * len(elements)
            taken = actual(value) if value is not None else Actual(fact)
            if not same or any(isinstance(e, ast.Starred) for e in (*elements, *parts)):
                yield Operate("unpack", (taken, Actual(_count(elements), True, len(elements))), target.lineno)
                parts = [None] * len(elements)
            for index, (element, part) in enumerate(zip(elements, parts, strict=True)):
                yield from storing(element, part, Part(taken.value, index, len(elements)))
        case _:
            yield Opaque(type(target).__name__, target.lineno)
