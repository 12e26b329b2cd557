"""What a fake stands for, as far as it is known: enough to tell an async method from a sync one.

A kind is a tuple of candidates, each `("value", object)` or `("instance", class)`; an empty tuple means: anything.
Candidates come from real objects, from annotations and from constructors. Nothing is called to find out.
"""

from __future__ import annotations

import inspect
import sys
import types
import typing
from typing import Any

Kind = tuple[tuple[str, Any], ...]

ANYTHING: Kind = ()


def of_value(value: Any) -> Kind:
    """The kind of a real object."""
    return (("value", value),)


def instance_of(*classes: type) -> Kind:
    """The kind of an instance of one of these classes."""
    return tuple(("instance", c) for c in classes)


def attribute(kind: Kind, name: str) -> Kind:
    """The kind of an attribute: what any candidate that has it says."""
    found: list[tuple[str, Any]] = []
    for role, what in kind:
        static = _static(what, name)
        if isinstance(static, staticmethod | classmethod):
            static = static.__func__
        if isinstance(static, property):
            found += _annotated(getattr(static.fget, "__annotations__", {}).get("return"), static.fget)
        elif static is not None:
            found.append(("value", static))
        elif role == "instance":
            hint = next((vars(c).get("__annotations__", {}).get(name) for c in what.__mro__
                         if name in vars(c).get("__annotations__", {})), None)  # fmt: skip
            found += _annotated(hint, what)
    return tuple(found)


def _static(what: Any, name: str) -> Any:
    try:
        return inspect.getattr_static(what, name)
    except (AttributeError, TypeError):
        return None


def result(kind: Kind) -> Kind:
    """The kind of what a call returns."""
    found: list[tuple[str, Any]] = []
    for role, what in kind:
        if role == "value" and isinstance(what, type):
            found.append(("instance", what))
        elif role == "value" and callable(what):
            hint = getattr(inspect.unwrap(what), "__annotations__", {}).get("return")
            found += _annotated(hint, what)
    return tuple(found)


def annotated(hint: Any, near: Any) -> Kind:
    """The kind that an annotation gives; names in strings are looked up in the module of `near`."""
    return tuple(_annotated(hint, near))


def _annotated(hint: Any, near: Any) -> list[tuple[str, Any]]:
    if isinstance(hint, str):
        hint = _evaluated(hint, near)
    if isinstance(hint, typing.ForwardRef):
        hint = _evaluated(hint.__forward_arg__, near)
    origin = typing.get_origin(hint)
    if origin is typing.Union or origin is getattr(types, "UnionType", typing.Union):
        return [c for part in typing.get_args(hint) for c in _annotated(part, near)]
    if origin is typing.Annotated:
        return _annotated(typing.get_args(hint)[0], near)
    hint = origin or hint
    if isinstance(hint, type) and hint.__module__ not in ("builtins", "typing", "types"):
        return [("instance", hint)]
    return []


def _evaluated(text: str, near: Any) -> Any:
    module = sys.modules.get(getattr(near, "__module__", "") or "")
    try:
        return eval(text, dict(vars(module)) if module else {})
    except Exception:  # noqa: BLE001  (an annotation is any expression of the target; unknown is a good answer)
        return None


def makes_more(kind: Kind) -> bool:
    """Whether a factory is annotated as returning a tuple: the client in it comes from another factory."""
    for role, what in kind:
        hint = getattr(what, "__annotations__", {}).get("return") if role == "value" else None
        text = hint if isinstance(hint, str) else str(hint or "")
        if text.removeprefix("typing.").lower().startswith("tuple["):
            return True
    return False


def is_async(kind: Kind, in_async_half: bool) -> bool | None:
    """Whether calling it gives a coroutine; None when nobody knows.

    Where candidates differ (a client that is made sync or async), the half says which of them it has.
    """
    verdicts = {
        inspect.iscoroutinefunction(what)
        for role, what in kind
        if role == "value" and callable(what) and not isinstance(what, type)
    }
    if not verdicts:
        return None
    if len(verdicts) == 1:
        return verdicts.pop()
    return in_async_half


def dispatches(kind: Kind) -> bool:
    """Whether it is a dispatcher: a plain function that closes over a sync and an async implementation."""
    for role, what in kind:
        if role != "value" or not inspect.isfunction(what) or inspect.iscoroutinefunction(what):
            continue
        cells = [cell.cell_contents for cell in what.__closure__ or () if _is_filled(cell)]
        functions = [c for c in cells if inspect.isfunction(c)]
        if len({inspect.iscoroutinefunction(f) for f in functions}) == 2:
            return True
    return False


def _is_filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False


def is_exception(value: Any) -> bool:
    """Whether it is an exception class."""
    return isinstance(value, type) and issubclass(value, BaseException)
