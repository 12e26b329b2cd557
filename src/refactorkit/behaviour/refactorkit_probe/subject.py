"""One pair as it stands in the imported module: how it is called, with which receivers and arguments."""

from __future__ import annotations

import inspect
import re
import sys
import typing
from typing import Any

from . import kinds
from .fakes import ADDRESS, Fake, Inner, called, given, make
from .world import world

ONE = "one more by position"
SEVERAL = "two more by position"
"""Ways of giving arguments to a function that takes any number of them by position, beside the required ones."""
PLAIN = {"str": "a/b.txt", "int": 3, "float": 2.5, "bool": False, "bytes": b"abc"}


class Subject:
    """A pair: its module, the qualified names of both halves, and where to find them at run time."""

    def __init__(self, module: str, sync: str, twin: str) -> None:
        self.module = sys.modules[module]
        self.owner: Any = None
        holder: Any = self.module
        for part in sync.split(".")[:-1]:
            holder = self.owner = inspect.getattr_static(holder, part)
        self.sync = sync.rpartition(".")[2]
        self.twin = twin.rpartition(".")[2]
        self.awaited: frozenset[str] = frozenset()
        look = (
            getattr if self.owner is None else inspect.getattr_static
        )  # a module may serve a name by `__getattr__`
        self.statics = {name: look(holder, name) for name in (self.sync, self.twin)}

    @property
    def is_bound(self) -> bool:
        """Whether there is a receiver, `self` or `cls`."""
        return self.owner is not None and not isinstance(self.statics[self.sync], staticmethod)

    def receiver(self, overrides: tuple[str, ...] = ()) -> Any:
        """A fake `self` or `cls` of a subclass that overrides these halves."""
        is_class = isinstance(self.statics[self.sync], classmethod)
        kind = kinds.of_value(self.owner) if is_class else kinds.instance_of(self.owner)
        return Receiver(Bound("cls" if is_class else "self", kind, self, overrides))

    def half(self, name: str, receiver: Any) -> Any:
        """A half as the receiver has it."""
        static = self.statics[name]
        if self.owner is None:
            found = getattr(self.module, name)
        elif isinstance(static, classmethod):
            found = static.__get__(None, receiver)
        elif isinstance(static, staticmethod):
            found = static.__get__(None, self.owner)
        else:
            found = static.__get__(receiver, type(receiver))
        return found

    def arguments(self, way: str) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Arguments for the sync half; see `ways`."""
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        for parameter in self._parameters():
            if parameter.kind is parameter.VAR_POSITIONAL:
                count = 2 if way in ("positional", SEVERAL) else int(way == ONE)
                kind = kinds.annotated(parameter.annotation, self._function(self.sync))
                args += [make(f"argument {parameter.name}[{n}]", kind) for n in range(count)]
                continue
            is_optional = parameter.default is not parameter.empty or parameter.kind is parameter.VAR_KEYWORD
            named = (f"only {parameter.name}", f"None for {parameter.name}")
            if is_optional and way not in ("all", "positional", "plain", *named):
                continue
            value = None if way == named[1] else self._value(parameter, way == "plain")
            if parameter.kind is parameter.VAR_KEYWORD:
                kwargs["further"] = value
            elif parameter.kind is parameter.POSITIONAL_ONLY or (
                way in ("positional", "required", ONE, SEVERAL)
                and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
            ):
                args.append(value)
            else:
                kwargs[parameter.name] = value
        return tuple(args), kwargs

    def ways(self) -> list[str]:
        """How arguments can be given: only the required ones, all (by name, by position, plain values), one option, None."""
        named = [p for p in self._parameters() if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
        is_open = any(p.kind is p.VAR_POSITIONAL for p in self._parameters())
        return [
            *("required", "all", "positional", "plain"),
            *((ONE, SEVERAL) if is_open else ()),
            *(f"only {p.name}" for p in named if p.default is not p.empty),
            *(f"None for {p.name}" for p in named if p.default is not None),
        ]

    def _parameters(self) -> list[inspect.Parameter]:
        found = list(inspect.signature(self._function(self.sync)).parameters.values())
        return found[1:] if self.is_bound else found

    def _function(self, name: str) -> Any:
        static = self.statics[name]
        return static.__func__ if isinstance(static, classmethod | staticmethod) else static

    def _value(self, parameter: inspect.Parameter, is_plain: bool) -> Any:
        hint = parameter.annotation
        name = hint if isinstance(hint, str) else getattr(hint, "__name__", "")
        simple = [v for k, v in PLAIN.items() if re.search(rf"\b{k}\b", name)]
        if is_plain and simple:
            return simple[0]
        return given(f"argument {parameter.name}", kinds.annotated(hint, self._function(self.sync)))

    def facts(self) -> dict[str, str]:
        """What can be seen of the sync half without calling it."""
        function = self._function(self.sync)
        found = {
            "kind": type(self.statics[self.sync]).__name__,
            "signature": ADDRESS.sub("", str(inspect.signature(function))),
            "annotations": ADDRESS.sub("", str(getattr(function, "__annotations__", {}))),
            "is a coroutine function": str(inspect.iscoroutinefunction(function)),
            ".aio": str(getattr(getattr(function, "aio", None), "__qualname__", None)),
        }
        for name in ("__doc__", "__name__", "__qualname__", "__module__"):
            found[name] = str(getattr(function, name, None))
        overloads = getattr(typing, "get_overloads", None)
        if overloads is not None and inspect.isfunction(function):
            found["overloads"] = ADDRESS.sub(
                "", str([str(inspect.signature(getattr(o, "__func__", o))) for o in overloads(function)])
            )
        return found

    def locks(self) -> list[Any]:
        """The asyncio locks of the module that the async half names."""
        code = getattr(inspect.unwrap(self._function(self.twin)), "__code__", None)
        named = _names_in(code) if code is not None else set()
        found = (vars(self.module).get(name) for name in named)
        return [
            lock for lock in found if type(lock).__module__ == "asyncio.locks" and hasattr(lock, "acquire")
        ]


def _names_in(code: Any) -> set[str]:
    """The names that a code object and those inside it load."""
    found = set(code.co_names)
    for constant in code.co_consts:
        if hasattr(constant, "co_names"):
            found |= _names_in(constant)
    return found


class Bound(Inner):
    """What a receiver knows."""

    def __init__(self, text: str, kind: kinds.Kind, subject: Subject, overrides: tuple[str, ...]) -> None:
        super().__init__(text, kind, None)
        self.subject = subject
        self.overrides = overrides


class Receiver(Fake):
    """`self` or `cls`: a fake but for the two halves, which are the real ones until one of them runs."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        inner = object.__getattribute__(self, "_refactorkit_inner")
        if name in inner.overrides and not world().inside:
            static = inner.subject.statics[name]
            return make(
                f"{inner.text}.{name} of the subclass", kinds.of_value(static), _Override(inner, name)
            )
        if name in inner.subject.statics and not world().inside:
            return inner.subject.half(name, self)
        return super().__getattr__(name)


class _Override:
    """A half that a subclass overrides."""

    def __init__(self, inner: Bound, name: str) -> None:
        self.inner = inner
        self.name = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        text = f"override of {self.name}"
        if self.name != self.inner.subject.twin:
            return called(text, kinds.ANYTHING, args, kwargs)

        async def later() -> Any:
            return called(text, kinds.ANYTHING, args, kwargs)

        return later()
