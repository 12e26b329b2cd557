"""Which overloads of a function a call fits, by number and names of its arguments alone."""

from __future__ import annotations

from refactorkit.analysis.definitions import Function
from refactorkit.analysis.expressions import Call, Expression, Literal, dotted

FUNCTION = Literal("function")
"""The argument that a decorator gets."""


def is_marked(function: Function, *names: str) -> bool:
    """Whether one of its decorators has one of these last names."""
    return any(last_name(decorator) in names for decorator in function.decorators)


def last_name(decorator: Expression) -> str:
    """`overload` of `typing.overload`, `flow` of `flow(...)`; '' of what is no name."""
    while isinstance(decorator, Call):
        decorator = decorator.func
    return dotted(decorator).rpartition(".")[2]


def fitting(functions: tuple[Function, ...], call: Call, bound: int) -> tuple[Function, ...]:
    """The signatures that may take the call, when `bound` leading parameters are filled already.

    Of overloads the implementation doesn't count, as for type checkers.
    """
    overloads = tuple(f for f in functions if is_marked(f, "overload"))
    candidates = overloads or functions[-1:]
    return tuple(f for f in candidates if _fits(f, call, bound))


def _fits(function: Function, call: Call, bound: int) -> bool:
    if call.is_open:
        return True
    positional = [p for p in function.parameters if p.kind == "positional"][bound:]
    has_rest = any(p.kind == "*" for p in function.parameters)
    if len(call.arguments) > len(positional) and not has_rest:
        return False
    for given, parameter in zip(call.arguments, positional, strict=False):
        if given == FUNCTION and parameter.annotation == Literal("None"):
            return False
    named = {name for name, _ in call.keywords}
    takes = {p.name for p in function.parameters if p.kind in ("positional", "keyword")}
    if named - takes and not any(p.kind == "**" for p in function.parameters):
        return False
    filled = {p.name for p in positional[: len(call.arguments)]} | named
    required = [*positional, *(p for p in function.parameters if p.kind == "keyword")]
    return all(p.is_optional or p.name in filled for p in required)
