"""Recording fakes: objects that stand for anything, note what is done to them, and answer as the world decides.

A fake is known by its text (`client().read_book`, `find#3`), which is the same for the sync and the async spelling of
the same thing. Calls, and everything that is written to a fake, are effects; looking at it is not.
"""

from __future__ import annotations

import enum
import functools
import inspect
import re
import types
from collections.abc import Callable, Generator, Iterator
from typing import Any

from . import kinds
from .dispatching import gives_coroutine
from .names import names
from .world import world

REFLECTED = ("__name__", "__qualname__", "__doc__", "__bases__", "__dict__")
"""Special attributes that code under test may read from a fake."""


ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


class OrdinaryFault(Exception):
    """An error that no handler names."""


class FakeRaised(Exception):
    """Stands for an exception that only exists as a fake."""


def text_of(value: Any) -> str:
    """What a value is, as the log shows it: no addresses, nothing that differs between two processes."""
    if isinstance(value, Fake):
        return _inner(value).text
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, FakeCoroutine) or inspect.iscoroutine(value):
        return "<a coroutine>"
    if value is None or isinstance(value, bool | int | float | complex | str | bytes):
        return repr(value)
    if isinstance(value, list | tuple | set | frozenset):
        items = [text_of(v) for v in value]
        return f"{type(value).__name__}({', '.join(sorted(items) if isinstance(value, set | frozenset) else items)})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{text_of(k)}: {text_of(v)}" for k, v in value.items()) + "}"
    if isinstance(value, BaseException):
        return error_text(value)
    if isinstance(value, functools.partial):
        return f"partial({text_of(value.func)}, {arguments_text(value.args, value.keywords)})"
    if isinstance(value, type) or callable(value):
        return f"<{getattr(value, '__name__', type(value).__name__)}>"
    if isinstance(value, slice):
        return f"slice({text_of(value.start)}, {text_of(value.stop)}, {text_of(value.step)})"
    return _represented(value)


def _represented(value: Any) -> str:
    """The `repr` of an object that has one of its own."""
    own: Any = type(value).__repr__
    if own is object.__repr__:
        return f"<a {type(value).__name__}>"
    try:
        return ADDRESS.sub("", repr(value))
    except Exception as error:  # noqa: BLE001  (the target's code; that it fails is the same on both sides)
        return f"<a {type(value).__name__} without a repr: {type(error).__name__}>"


def error_text(error: BaseException) -> str:
    """An exception's type, arguments, and cause: what a caller can see of it."""
    kind = type(error).__mro__[1] if hasattr(type(error), "_refactorkit_stands_for") else type(error)
    cause = f" from {error_text(error.__cause__)}" if error.__cause__ is not None else ""
    return f"{kind.__module__}.{kind.__qualname__}({', '.join(text_of(a) for a in error.args)}){cause}"


class Inner:
    """What a fake knows: its text, its kind, what has been written to it, and whether it is an argument, so not None."""

    def __init__(self, text: str, kind: kinds.Kind, call: Callable[..., Any] | None) -> None:
        self.text = text
        self.kind = kind
        self.call = call
        self.written: dict[str, Any] = {}
        self.is_given = False
        self.spelled = ""


def _inner(fake: Any) -> Inner:
    found = object.__getattribute__(fake, "_refactorkit_inner")
    assert isinstance(found, Inner)
    return found


def make(text: str, kind: kinds.Kind = kinds.ANYTHING, call: Callable[..., Any] | None = None) -> Fake:
    """A fake by its text. `call` replaces what calling it does."""
    return Fake(Inner(text, kind, call))


def given(text: str, kind: kinds.Kind) -> Fake:
    """A fake that is passed as an argument."""
    fake = make(text, kind)
    _inner(fake).is_given = True
    return fake


def is_given(value: Any) -> bool:
    """Whether a value is a fake that was passed as an argument."""
    return isinstance(value, Fake) and _inner(value).is_given


def arguments_text(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """The arguments of a call, keywords sorted, without those that only say sync or async."""
    shown = [text_of(a) for a in args]
    shown += [f"{k}={text_of(v)}" for k, v in sorted(kwargs.items()) if k not in names().dropped]
    return ", ".join(shown)


def settled(value: Any) -> Any:
    """The value, or what it gives when it is a call that waits to be awaited: whoever gets it will await it."""
    return value.settle() if isinstance(value, FakeCoroutine) else value


def called(text: str, kind: kinds.Kind, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The effect of a call, and what it returns or raises as the world decides."""
    args = tuple(settled(a) for a in args)
    kwargs = {k: settled(v) for k, v in kwargs.items()}
    number = world().effect(f"call {text}({arguments_text(args, kwargs)})")
    classes = {
        f"{c.__module__}:{c.__qualname__}": c for c in _handled() if c not in (Exception, BaseException)
    }
    answer = world().decide(f"call #{number} {text}", "returns", ("fails", *classes))
    if answer == "fails":
        raise OrdinaryFault(f"{text} fails")
    if answer != "returns":
        raise fault(classes.get(answer) or _imported(answer), f"{text} fails")
    return make(f"{text.rpartition('.')[2]}#{number}", kinds.result(kind))


def _handled() -> Iterator[Any]:
    """The exception classes that the handlers around the current statement name."""
    try:
        handlers = world().handlers
        waiting = [] if handlers is None else [handlers()]
    except (NameError, AttributeError):  # a name that the function only binds later
        return
    while waiting:
        found = waiting.pop(0)
        if isinstance(found, tuple):
            waiting += found
        elif kinds.is_exception(found):
            yield found


def _imported(name: str) -> Any:
    import importlib

    module, _, qualified = name.partition(":")
    return functools.reduce(getattr, qualified.split("."), importlib.import_module(module))


def fault(kind: Any, message: str) -> BaseException:
    """An exception of a real class whose missing attributes are fakes (`error.response.status_code`)."""

    def missing(error: BaseException, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return make(f"error.{name}")

    body = {
        "__getattr__": missing,
        "_refactorkit_stands_for": kind,
        "__init__": lambda *_: None,
        "__str__": lambda _: message,
    }
    error: BaseException = type(kind.__name__, (kind,), body)(message)
    error.args = (message,)
    return error


class FakeCoroutine:
    """A call of an async fake: it happens when it is awaited, and never if it isn't."""

    def __init__(self, text: str, perform: Callable[[], Any]) -> None:
        self.text = text
        self._perform = perform
        self._done: list[Any] = []
        world().pending.append(self)

    def settle(self) -> Any:
        """Let the call happen."""
        if self._done:
            raise RuntimeError("cannot reuse already awaited coroutine")
        world().pending.remove(self)
        self._done.append(None)
        return self._perform()

    def __await__(self) -> Generator[None, None, Any]:
        yield from ()
        return self.settle()

    def close(self) -> None:
        """As of a real coroutine: it will not run."""


def _derived(sign: str) -> Callable[..., Any]:
    def operate(self: Any, *others: Any) -> Any:
        return make(f"({' '.join([text_of(self), sign, *map(text_of, others)])})")

    return operate


def _compared(sign: str, default: bool = True) -> Callable[[Any, Any], bool]:
    def compare(self: Any, other: Any) -> bool:
        if self is other:
            return sign in ("==", "<=", ">=")
        return world().is_so(f"{text_of(self)} {sign} {text_of(other)}", default)

    return compare


class Fake:
    """Stands for anything. See the module."""

    __slots__ = ("_refactorkit_inner",)

    def __init__(self, inner: Inner) -> None:
        object.__setattr__(self, "_refactorkit_inner", inner)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__") and name not in REFLECTED:
            raise AttributeError(name)
        inner = _inner(self)
        if name in inner.written:
            return inner.written[name]
        kind = kinds.attribute(inner.kind, name)
        for _, what in kind:
            if kinds.is_exception(what) or (inner.text.startswith("module ") and is_constant(what)):
                return what
        dotted = f"{inner.text.removeprefix('module ')}.{name}"
        from .roles import stand_in  # which makes fakes itself

        found = stand_in(names().dotted(dotted), kind, dotted)
        if isinstance(found, Fake):
            _inner(found).spelled = name
        return found

    def __setattr__(self, name: str, value: Any) -> None:
        world().effect(f"set {text_of(self)}.{name} = {text_of(settled(value))}")
        _inner(self).written[name] = value

    def __delattr__(self, name: str) -> None:
        world().effect(f"delete {text_of(self)}.{name}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        inner = _inner(self)
        if inner.call is not None:
            return inner.call(*args, **kwargs)
        if gives_coroutine(inner.kind, inner.spelled, kwargs):
            return FakeCoroutine(inner.text, lambda: called(inner.text, inner.kind, args, kwargs))
        return maybe_later(inner, lambda: called(inner.text, inner.kind, args, kwargs))

    def __bool__(self) -> bool:
        return world().is_so(f"truth of {text_of(self)}")

    def __iter__(self) -> Iterator[Any]:
        return iter(_items(self))

    def __next__(self) -> Any:
        if world().is_so(f"next of {text_of(self)}"):
            return make(f"next({text_of(self)})")
        raise StopIteration

    def __len__(self) -> int:
        return len(_items(self))

    def __contains__(self, item: Any) -> bool:
        return world().is_so(f"{text_of(item)} in {text_of(self)}")

    def __getitem__(self, key: Any) -> Any:
        text = f"{text_of(self)}[{text_of(key)}]"
        return _inner(self).written[text] if text in _inner(self).written else make(text)

    def __setitem__(self, key: Any, value: Any) -> None:
        text = f"{text_of(self)}[{text_of(key)}]"
        world().effect(f"set {text} = {text_of(settled(value))}")
        _inner(self).written[text] = value

    def __delitem__(self, key: Any) -> None:
        world().effect(f"delete {text_of(self)}[{text_of(key)}]")

    def __enter__(self) -> Any:
        world().effect(f"enter {text_of(self)}")
        return make(f"entered {text_of(self)}", _inner(self).kind)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: types.TracebackType | None,
    ) -> bool:
        world().effect(f"exit {text_of(self)} with {kind.__name__ if kind else 'nothing'}")
        return error is not None and isinstance(error, Exception) and not world().is_so(
            f"{text_of(self)} lets errors through"
        )  # fmt: skip

    async def __aenter__(self) -> Any:
        return self.__enter__()

    async def __aexit__(self, kind: Any, error: Any, traceback: Any) -> bool:  # noqa: PYI036
        return bool(self.__exit__(kind, error, traceback))

    async def __aiter__(self) -> Any:
        for item in _items(self):
            yield item

    async def __anext__(self) -> Any:
        if world().is_so(f"next of {text_of(self)}"):
            return make(f"next({text_of(self)})")
        raise StopAsyncIteration

    def __await__(self) -> Generator[None, None, Any]:
        yield from ()
        return self

    def __hash__(self) -> int:
        return hash(text_of(self))

    def __repr__(self) -> str:
        return f"<{text_of(self)}>"

    def __format__(self, specification: str) -> str:
        return f"<{text_of(self)}{':' if specification else ''}{specification}>"

    def __fspath__(self) -> str:
        return f"/nowhere/{text_of(self)}"

    def __index__(self) -> int:
        return 1

    def __int__(self) -> int:
        return 1

    def __float__(self) -> float:
        return 1.0

    def __bytes__(self) -> bytes:
        return repr(self).encode()

    __eq__ = _compared("==")
    __ne__ = _compared("!=", False)
    __lt__ = _compared("<")
    __le__ = _compared("<=")
    __gt__ = _compared(">")
    __ge__ = _compared(">=")
    __add__ = __radd__ = _derived("+")
    __sub__ = __rsub__ = _derived("-")
    __mul__ = __rmul__ = _derived("*")
    __truediv__ = __rtruediv__ = _derived("/")
    __floordiv__ = __rfloordiv__ = _derived("//")
    __mod__ = __rmod__ = _derived("%")
    __or__ = __ror__ = _derived("|")
    __and__ = __rand__ = _derived("&")
    __neg__ = _derived("negated")
    __round__ = _derived("rounded")


def is_constant(value: Any) -> bool:
    """Whether a value is plain data that is the same on both sides."""
    return value is None or type(value) in (bool, int, float, complex, str, bytes)


def _items(fake: Fake) -> list[Any]:
    how_many = world().decide(f"items of {text_of(fake)}", "one", ("none", "two"))
    return [make(f"{text_of(fake)}[{n}]") for n in range({"none": 0, "one": 1, "two": 2}[how_many])]


def maybe_later(inner: Inner, perform: Callable[[], Any]) -> Any:
    """Do a call, or give a coroutine of it where the callee is known to be async."""
    if kinds.is_async(inner.kind, world().inside == "twin"):
        return FakeCoroutine(inner.text, perform)
    return perform()
