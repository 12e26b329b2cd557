"""What evaluating an expression does that may raise, from its syntax."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from refactorkit.analysis.expressions import OPERATORS, Element, Literal, expression
from refactorkit.analysis.expressions import Opaque as OpaqueValue
from refactorkit.analysis.raise_facts import Actual, Effect, Generated, Invoke, Load, Opaque, Operate, Spot

LARGEST = 1 << 62
"""Integers beyond this are no literals for the facts: what encodes them takes 64 bits."""
COMPARED: dict[type[ast.cmpop], str] = {
    ast.Lt: "__lt__",
    ast.LtE: "__le__",
    ast.Gt: "__gt__",
    ast.GtE: "__ge__",
    ast.Eq: "__eq__",
    ast.NotEq: "__ne__",
}
UNARY: dict[type[ast.unaryop], str] = {ast.USub: "__neg__", ast.UAdd: "__pos__", ast.Invert: "__invert__"}
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
CONVERSIONS = {115: "__str__", 114: "__repr__", 97: "__repr__"}


def actual(node: ast.expr) -> Actual:
    """A value as facts; a constant with what it is."""
    if isinstance(node, ast.Constant):
        value = node.value
        is_small = not isinstance(value, int) or abs(value) < LARGEST
        if (value is None or isinstance(value, str | int | float)) and is_small and _encodes(value):
            return Actual(expression(node), True, value)
    if (
        isinstance(node, ast.UnaryOp)
        and isinstance(node.op, ast.USub)
        and isinstance(node.operand, ast.Constant)
    ):
        inner = actual(node.operand)
        if inner.is_literal and isinstance(inner.literal, int | float):
            return Actual(inner.value, True, -inner.literal)
    return Actual(expression(node), spot=spot(node))


def spot(node: ast.expr) -> Spot | None:
    """Where the name stands that an expression ends with, or the callee of a call; None for other expressions."""
    match node:
        case ast.Call(func=ast.Name() | ast.Attribute() as func):
            return spot(func)
        case ast.Name():
            return node.lineno, node.col_offset
        case ast.Attribute(end_lineno=int(line), end_col_offset=int(end), attr=attr):
            return line, end - len(attr.encode("utf-8", "surrogatepass"))
        case _:
            return None


def _encodes(value: object) -> bool:
    return not isinstance(value, str) or value.isascii() or not any("\ud800" <= c <= "\udfff" for c in value)


def evaluated(node: ast.expr | None, managed: bool = False) -> Iterator[Effect]:
    """The effects of an expression's value, in the order of evaluation. `managed`: a `with` asks what its call gives."""
    match node:
        case None | ast.Constant() | ast.Name():
            return
        case ast.Call():
            yield from called(node, False)
        case ast.Attribute(value=value, attr=attr):
            yield from evaluated(value)
            yield Load(expression(value), attr, "get", node.lineno, spot(value))
        case ast.Await(value=value):
            if isinstance(value, ast.Call):
                yield from called(value, True)
            else:
                yield from evaluated(value)
                yield Operate("await", (actual(value),), node.lineno)
        case ast.Subscript(value=value, slice=key):
            yield from evaluated(value)
            yield from evaluated(key)
            yield Operate("__getitem__", (actual(value), actual(key)), node.lineno)
        case ast.BinOp(left=left, op=op, right=right):
            yield from evaluated(left)
            yield from evaluated(right)
            yield Operate(OPERATORS[type(op)], (actual(left), actual(right)), node.lineno)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from truth(operand)
        case ast.UnaryOp(op=op, operand=operand):
            yield from evaluated(operand)
            if not isinstance(operand, ast.Constant):
                yield Operate(UNARY[type(op)], (actual(operand),), node.lineno)
        case ast.Yield(value=value):
            yield from evaluated(value)
            yield Opaque("yield", node.lineno)
        case ast.Starred(value=value) | ast.YieldFrom(value=value):
            yield from evaluated(value)
            yield Operate("__iter__", (actual(value),), node.lineno)
            if isinstance(node, ast.YieldFrom):
                yield Opaque("yield", node.lineno)
        case ast.NamedExpr(value=value):
            yield from evaluated(value)
        case _:
            yield from _compound(node)


def _compound(node: ast.expr) -> Iterator[Effect]:
    match node:
        case ast.BoolOp(values=values):
            for value in values[:-1]:
                yield from truth(value)
            yield from evaluated(values[-1])
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield from truth(test)
            yield from evaluated(body)
            yield from evaluated(orelse)
        case ast.Compare():
            yield from _compared(node)
        case ast.JoinedStr(values=values):
            for value in values:
                yield from _formatted(value)
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                yield from evaluated(key)
                yield from evaluated(value)
                if key is None:
                    yield Operate("__iter__", (actual(value),), value.lineno)
                elif not isinstance(key, ast.Constant):
                    yield Operate("__hash__", (actual(key),), key.lineno)
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            for element in elements:
                yield from evaluated(element)
                if isinstance(node, ast.Set) and not isinstance(element, ast.Constant):
                    yield Operate("__hash__", (actual(element),), element.lineno)
        case ast.Slice(lower=lower, upper=upper, step=step):
            for part in (lower, upper, step):
                yield from evaluated(part)
        case ast.GeneratorExp(generators=generators):
            yield from evaluated(generators[0].iter)  # the rest runs where it is iterated over
        case ast.ListComp() | ast.SetComp() | ast.DictComp():
            yield from comprehended(node)
        case ast.Lambda(args=arguments):
            for default in (*arguments.defaults, *arguments.kw_defaults):
                yield from evaluated(default)
        case _:
            yield Opaque(type(node).__name__, node.lineno)


def every(arguments: ast.arguments) -> Iterator[ast.arg]:
    """The parameters of a function."""
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    yield from (one for one in (arguments.vararg, arguments.kwarg) if one is not None)


def declared(*annotations: ast.expr | None) -> Iterator[Effect]:
    """What annotations run where they are evaluated: calls; a subscript of a type raises nothing but a TypeError."""
    for annotation in annotations:
        if isinstance(annotation, ast.Call):
            yield from evaluated(annotation)
        elif annotation is not None:
            yield from declared(*(n for n in ast.iter_child_nodes(annotation) if isinstance(n, ast.expr)))


def comprehended(node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> Iterator[Effect]:
    """What running a comprehension to its end does."""
    from refactorkit.analysis.raise_targets import storing

    for generator in node.generators:
        yield from evaluated(generator.iter)
        yield Operate(
            "__aiter__" if generator.is_async else "__iter__", (actual(generator.iter),), node.lineno
        )
        element = Element(expression(generator.iter), bool(generator.is_async))
        yield from storing(generator.target, None, element)
        for condition in generator.ifs:
            yield from truth(condition)
    for part in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
        yield from evaluated(part)


def called(node: ast.Call, is_awaited: bool) -> Iterator[Effect]:
    """The effects of a call: of the receiver, the arguments, and the call itself."""
    func = node.func
    if isinstance(func, ast.Attribute):
        yield from evaluated(func.value)
    else:
        yield from evaluated(func)
    for value in (*node.args, *(k.value for k in node.keywords)):
        if isinstance(value, ast.GeneratorExp):
            yield Generated(tuple(comprehended(value)))  # the callee may run it, or leave it unused
        else:
            yield from evaluated(value)
    for keyword in node.keywords:
        if keyword.arg is None:
            yield Operate("__iter__", (actual(keyword.value),), node.lineno)
    positional, keywords = actuals(node)
    is_open = any(isinstance(a, ast.Starred) for a in node.args)
    takes_any = any(k.arg is None for k in node.keywords)
    owner = spot(func.value) if isinstance(func, ast.Attribute) else None
    yield Invoke(expression(func), positional, keywords, is_open, takes_any, is_awaited, node.lineno, owner)


def actuals(node: ast.Call) -> tuple[tuple[Actual, ...], tuple[tuple[str, Actual], ...]]:
    """The arguments of a call, the positional ones up to the first that is unpacked, and those by keyword."""
    positional: list[Actual] = []
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            break
        positional.append(actual(argument))
    return tuple(positional), tuple((k.arg, actual(k.value)) for k in node.keywords if k.arg is not None)


def truth(node: ast.expr) -> Iterator[Effect]:
    """What asking whether a value is true does."""
    match node:
        case ast.BoolOp(values=values):
            for value in values:
                yield from truth(value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from truth(operand)
        case ast.Constant():
            return
        case ast.Compare(ops=ops) if all(
            isinstance(op, ast.Is | ast.IsNot | ast.In | ast.NotIn) for op in ops
        ):
            yield from evaluated(node)
        case _:
            yield from evaluated(node)
            yield Operate("__bool__", (actual(node),), node.lineno)


def _compared(node: ast.Compare) -> Iterator[Effect]:
    left = node.left
    yield from evaluated(left)
    for op, right in zip(node.ops, node.comparators, strict=True):
        yield from evaluated(right)
        if isinstance(op, ast.In | ast.NotIn):
            yield Operate("__contains__", (actual(right), actual(left)), node.lineno)
        elif not isinstance(op, ast.Is | ast.IsNot):
            yield Operate(COMPARED[type(op)], (actual(left), actual(right)), node.lineno)
        left = right


def _formatted(node: ast.expr) -> Iterator[Effect]:
    if not isinstance(node, ast.FormattedValue):
        return
    yield from evaluated(node.value)
    operand = actual(node.value)
    if node.conversion in CONVERSIONS:
        yield Operate(CONVERSIONS[node.conversion], (operand,), node.lineno)
        if node.format_spec is None:
            return
        operand = Actual(Literal("str"))
    parts = node.format_spec.values if isinstance(node.format_spec, ast.JoinedStr) else []
    for part in parts:
        yield from _formatted(part)
    fixed = "".join(p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str))
    is_fixed = all(isinstance(part, ast.Constant) for part in parts)
    yield Operate(
        "__format__",
        (operand, Actual(OpaqueValue("spec"), is_fixed, fixed if is_fixed else None)),
        node.lineno,
    )
