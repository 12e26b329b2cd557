"""What calls of library functions may raise, as the knowledge base answers."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Mapping
from functools import cache

from msgspec import structs

from refactorkit.analysis.expressions import Expression, Literal
from refactorkit.analysis.handler_reasons import Reason
from refactorkit.analysis.module_names import is_standard
from refactorkit.analysis.raise_facts import Actual, Invoke
from refactorkit.analysis.raise_operands import Operands, Seen
from refactorkit.analysis.raise_sets import Raises, Unknown, joined
from refactorkit.analysis.raise_types import PROGRAMMING, Raisable
from refactorkit.analysis.raise_values import Types
from refactorkit.analysis.values import ANYTHING, Nothing, Place
from refactorkit.analysis.values import Unknown as ValueUnknown
from refactorkit.raise_knowledge import (
    Argument,
    CallShape,
    Known,
    attribute,
    canonical,
    is_unbound,
    known,
    owners,
)


class Answers:
    """Asks the knowledge base about calls, for one version of Python."""

    def __init__(self, types: Types, operands: Operands) -> None:
        self._types = types
        self._operands = operands

    def call(
        self, callee: str, call: Invoke, place: Place, where: str, is_member: bool
    ) -> tuple[Raises, list[Expression]]:
        """What a library call raises, and the functions that it is given and calls."""
        told: dict[Actual, Seen] = {}
        if not is_member and takes_its_object(callee):
            call = structs.replace(call, positional=call.positional[1:])
        found = self._found(callee, call, place, told)
        if found is not None and found.quality != "complete":
            seen = {a: self._operands.seen(a.value, a.spot, place) for a in _given(call) if not a.is_literal}
            told = {given: values for given, values in seen.items() if values.notes}
            found = self._found(callee, call, place, told) if told else found
        if found is None:
            return top(Reason.UNKNOWN_LIBRARY, f"{callee}()", where), []
        doubts = self._doubts(callee, call, place, where, is_member, told)
        back = _handed(found.calls, call) if found.calls else []
        notes = [note for values in told.values() for note in values.notes]
        return joined([answered(found, f"{callee}()", where, doubts), *notes]), back

    def _found(self, callee: str, call: Invoke, place: Place, told: Mapping[Actual, Seen]) -> Known | None:
        """What the knowledge base says of a call, with what is told of some arguments."""

        def argument(given: Actual) -> Argument:
            return self._types.argument(given, place, told[given].values if given in told else None)

        shape = CallShape(
            tuple(argument(given) for given in call.positional),
            {name: argument(given) for name, given in call.keywords},
            call.is_open,
            call.takes_any,
        )
        return known(callee, shape, self._types.python)

    def imported(self, module: str, where: str) -> Raises:
        """What importing a module from outside of the project raises."""
        found = known(f"import:{module}", CallShape(), self._types.python)
        if found is None:
            return top(Reason.IMPORTS_CODE, f"import {module}", where)
        return answered(found, f"import {module}", where)

    def method(self, kind: str, method: str, arguments: tuple[Argument, ...], where: str) -> Raises | None:
        """What a special method of a library type raises; None when the knowledge base doesn't have it."""
        found = known(f"{kind}.{method}", CallShape(arguments), self._types.python)
        return answered(found, f"{kind}.{method}", where) if found else None

    def _doubts(
        self,
        callee: str,
        call: Invoke,
        place: Place,
        where: str,
        is_member: bool,
        told: Mapping[Actual, Seen],
    ) -> tuple[str, ...]:
        """What a handler may be meant for that catches programming errors: functions that some platforms don't have, and
        arguments that may be None or of which nothing is known where that is a TypeError."""
        if callee in BY_CONTENT:
            return (f"{callee}() at {where} raises a TypeError for some texts",)
        if callee in PLATFORM:
            return (f"{callee}() at {where} is missing on some platforms",)
        given = _given(call)
        if callee in PROBES and any(self._types.argument(a, place).kind() is None for a in given):
            return (f"{callee}() at {where} may be given something else",)
        for argument in given[:1] if not is_member and callee not in TAKES_NONE else ():
            values = self._types.infer(argument.value, place) if not argument.is_literal else ()
            values = told[argument].values if argument in told else values
            if Nothing() in values and len(values) > 1:
                return (f"{callee}() at {where} may be given None",)
            if ValueUnknown(ANYTHING) in values:
                return (f"{callee}() at {where} may be given anything",)
        return ()


TAKES_NONE = frozenset(
    ["print", "str", "repr", "bool", "isinstance", "id", "type", "hash", "ascii", "format", "callable"]
)
"""Functions for whose first argument None is as good as anything."""
PROBES = frozenset(["memoryview", "hash", "operator.index", "issubclass", "uuid.UUID"])
"""Functions that are called to see whether they raise a TypeError."""
BY_CONTENT = frozenset(["ast.literal_eval"])
"""Functions that raise a TypeError for what an argument says rather than for what it is: `{[]: 1}` holds a list as a key."""
PLATFORM = frozenset(
    [
        *(
            f"os.{name}"
            for name in ("sysconf", "confstr", "openpty", "forkpty", "fork", "getuid", "geteuid", "getgid")
        ),
        *(
            f"os.{name}"
            for name in ("getegid", "getpgid", "setsid", "getloadavg", "uname", "nice", "chown", "lchown")
        ),
        *(
            f"os.{name}"
            for name in ("fchmod", "fchown", "mkfifo", "killpg", "wait", "waitid", "sched_getaffinity")
        ),
        *(
            f"os.{name}"
            for name in ("setuid", "setgid", "getgroups", "ttyname", "tcgetpgrp", "chroot", "statvfs")
        ),
        *(
            "sys._getframe",
            "time.tzset",
            "signal.pthread_sigmask",
        ),
        *("signal.setitimer", "signal.alarm", "signal.pause", "socket.if_nameindex"),
    ]
)
"""Functions that not every platform has: without them it is an AttributeError."""
PLATFORM_NAMES = frozenset(
    [
        *(
            f"signal.SIG{name}"
            for name in (
                "HUP",
                "QUIT",
                "KILL",
                "USR1",
                "USR2",
                "ALRM",
                "CHLD",
                "PIPE",
                "WINCH",
                "TSTP",
                "CONT",
            )
        ),
        *(
            f"socket.{name}"
            for name in ("AF_UNIX", "AF_INET6", "SO_REUSEPORT", "IPV6_V6ONLY", "TCP_KEEPIDLE")
        ),
        *(f"os.{name}" for name in ("O_BINARY", "O_NONBLOCK", "O_DIRECTORY", "O_NOFOLLOW", "environb")),
    ]
)
"""Constants that not every platform has, by the documentation of their modules."""


@cache
def takes_its_object(callee: str) -> bool:
    """Whether a method is asked of its class by name, so that its first argument is the object: `dict.pop(found, key)`."""
    name = canonical(callee)
    root, _, method = name.rpartition(".")
    return bool(root) and not is_unbound(f"{root}.{method}") and _is_class(root)


def _is_class(name: str) -> bool:
    """Whether a name of the builtins or of the standard library is that of a class, not of a module or an object."""
    root, _, last = name.rpartition(".")
    if not root:
        return isinstance(getattr(builtins, name, None), type)
    if name in sys.stdlib_module_names or is_standard(name) or attribute(root, last) is not None:
        return False
    return last.lstrip("_")[:1].isupper() or (name in owners() and name not in MODULES)


MODULES = frozenset(["os.path", "ctypes.cdll"])
"""What the knowledge base has members of that is neither a class nor a file of the library."""


def _given(call: Invoke) -> list[Actual]:
    return [*call.positional, *(given for _, given in call.keywords)]


def _handed(names: tuple[str, ...], call: Invoke) -> list[Expression]:
    """The arguments that are called back: by keyword, or else any positional one that isn't a plain value."""
    by_keyword = {name: given.value for name, given in call.keywords}
    found = [by_keyword[name] for name in names if name in by_keyword]
    if len(found) < len(names):
        found += [g.value for g in call.positional if not g.is_literal and not isinstance(g.value, Literal)]
    return found


def answered(found: Known, callee: str, where: str, doubts: tuple[str, ...] = ()) -> Raises:
    """An answer of the knowledge base as a set. Programming errors are left out: well-typed code raises none."""
    step = f"{callee} at {where}"
    types: dict[Raisable, tuple[str, ...]] = {
        name: (step,) for name in found.raises if name not in PROGRAMMING
    }
    unknown: dict[Unknown, tuple[str, ...]] = {}
    if found.quality != "complete":
        unknown[
            Unknown(
                Reason.PARTIAL_KNOWLEDGE, f"{callee}: {found.why_partial}" if found.why_partial else callee
            )
        ] = (step,)
    return Raises(types, unknown, doubts, tuple(found.assumes))


def leaf(kind: Raisable, step: str) -> Raises:
    """One type with its witness."""
    return Raises({kind: (step,)})


def top(reason: Reason, what: str, where: str) -> Raises:
    """Something unknown with its witness."""
    return Raises({}, {Unknown(reason, what): (f"{what} at {where}",)})
