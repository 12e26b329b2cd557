"""What instrumented code calls: the module is known to it as `__refactorkit__`."""

from __future__ import annotations

import importlib
import types
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from . import kinds
from .fakes import Fake, FakeRaised, is_constant, is_given, make, settled, text_of
from .names import names
from .roles import stand_in
from .world import world

LEFT = {"NotImplemented", "Ellipsis", "__debug__", "__name__", "__file__", "__package__"}
EFFECTS = {"open", "print", "input", "exec", "eval", "__import__", "breakpoint"}
"""Builtins that reach outside: these are recorded, all others run for real."""


def enter(half: str, item: str, handlers: Callable[[], Any] | None) -> None:
    """A statement of a half (`sync` or `twin`) begins; `handlers` gives the exception classes handled around it."""
    world().inside = half
    world().covered.add(f"{half} {item}")
    world().handlers = handlers


def arm(item: str) -> None:
    """One side of a conditional expression is evaluated."""
    world().covered.add(f"{world().inside} {item}")


def load(name: str, real: Callable[[], Any], written: str, builtin: bool) -> Any:
    """The value of a global name: a fake of it, unless it is plain data, an exception or a harmless builtin."""
    value = real()
    if name == "isinstance":
        return _isinstance
    if name == "issubclass":
        return _issubclass
    if builtin and name not in EFFECTS:
        return value
    return wrapped(value, written, name)


def wrapped(value: Any, written: str, name: str) -> Any:
    """The stand-in for a real object by the dotted name it was written with."""
    if is_constant(value) or kinds.is_exception(value) or name in LEFT or isinstance(value, Fake):
        return value
    if written in ("typing.cast", "typing_extensions.cast"):
        return value
    if _is_asyncio_lock(value):
        return value
    if isinstance(value, types.ModuleType):
        return make("module " + value.__name__, kinds.of_value(value))
    return stand_in(names().dotted(written), kinds.of_value(value), written)


def _is_asyncio_lock(value: Any) -> bool:
    """Locks of asyncio stay: whether one is held by the caller's loop is what a bridge can hang on."""
    return type(value).__module__ == "asyncio.locks"


def imported(module: str, name: str | None, package: str | None) -> Any:
    """What an import statement inside a half binds: a module, or one name of it."""
    found = importlib.import_module(module, package)
    if name is None:
        return wrapped(found, module, module)
    try:
        value = getattr(found, name)
    except AttributeError:
        value = importlib.import_module(f"{found.__name__}.{name}")
    return wrapped(value, f"{found.__name__}.{name}", name)


def _isinstance(value: Any, classes: Any) -> bool:
    flat = classes if isinstance(classes, tuple) else (classes,)
    if not isinstance(value, Fake) and not any(isinstance(c, Fake) for c in flat):
        return isinstance(value, classes)
    if isinstance(value, bool | int | str | bytes | None) and not isinstance(value, Fake):
        return any(isinstance(value, c) for c in flat if isinstance(c, type))
    return world().is_so(f"isinstance({text_of(value)}, {', '.join(map(text_of, flat))})")


def _issubclass(value: Any, classes: Any) -> bool:
    flat = classes if isinstance(classes, tuple) else (classes,)
    if isinstance(value, type) and all(isinstance(c, type) for c in flat):
        return issubclass(value, classes)
    return world().is_so(f"issubclass({text_of(value)}, {', '.join(map(text_of, flat))})")


def is_same(left: Any, right: Any) -> bool:
    """`left is right`: of a fake and something else, the world decides."""
    if left is right:
        return True
    if (left is None and is_given(right)) or (right is None and is_given(left)):
        return False  # whether None is passed is a question of the arguments
    if isinstance(left, Fake) or isinstance(right, Fake):
        return world().is_so(f"{text_of(left)} is {text_of(right)}", default=False)
    return False


def unpack(value: Any, count: int) -> Any:
    """A fake as so many items, for an assignment to several names."""
    if isinstance(value, Fake):
        return tuple(make(f"{text_of(value)}[{n}]") for n in range(count))
    return value


def rows(values: Any, count: int) -> Iterator[Any]:
    """The items of a loop with several targets."""
    for value in values:
        yield unpack(value, count)


async def arows(values: Any, count: int) -> AsyncIterator[Any]:
    """The items of an `async for` with several targets."""
    async for value in values:
        yield unpack(value, count)


def mapping(value: Any) -> Any:
    """A fake as keyword arguments."""
    return {"of_a_fake": value} if isinstance(value, Fake) else value


def exception(value: Any) -> Any:
    """What `raise` can raise."""
    return FakeRaised(text_of(value)) if isinstance(value, Fake) else settled(value)


def parent(owner: type, receiver: Any) -> Any:
    """`super()` of a half."""
    return make("super()", tuple(kinds.instance_of(*owner.__bases__)))
