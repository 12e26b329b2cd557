"""What one process has seen, and how it is written down."""

from __future__ import annotations

import itertools
import os
import sys

from .clauses import OPTIMIZED, bases_of, mentions, taker
from .instructions import first_clause, handler_of, takes_end

TYPE_CHECKING = False  # `typing` takes longer to load than everything else here
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any

    from .clauses import Chains, Clause

# Taken now: a test may replace what `os` and `sys` hold while something is to be recorded.
_open, _write, _close, _realpath = os.open, os.write, os.close, os.path.realpath
_getpid, _urandom, _getframe = os.getpid, os.urandom, sys._getframe
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
# What a class says of itself, whatever its metaclass makes of it.
_NAME = type.__dict__["__qualname__"].__get__
_MODULE = type.__dict__["__module__"].__get__
_HERE = os.path.dirname(__file__)
_PATHS = os.path.join.__code__.co_filename
NEW: Any = object()
"""Stands for what has not been looked up yet, where None is an answer."""


class _Arrival:
    """One type at one handler, raised in one file: how often it came, and how much of that is written already."""

    __slots__ = ("counter", "fields", "reported")

    def __init__(self, fields: tuple[Any, ...]) -> None:
        self.fields, self.reported = fields, 0
        self.counter = itertools.count()  # `next` of it loses no step between threads

    def pending(self) -> int:
        """How often it came since it was last written."""
        return int(repr(self.counter)[6:-1]) - self.reported  # it shows as `count(3)`


class _Chain:
    """The clauses that an entry of an exception table leads to, and what came there, by type and file of its `raise`."""

    __slots__ = ("clauses", "is_dynamic", "path", "seen")

    def __init__(self, code: CodeType, path: str, clauses: tuple[Clause, ...]) -> None:
        self.path, self.clauses = path, clauses
        own = {*code.co_varnames, *code.co_cellvars, *code.co_freevars} if code.co_flags & OPTIMIZED else ()
        self.is_dynamic = any(mentions(expression, own) for _, _, expression in clauses)
        self.seen: dict[Any, _Arrival | None] = {}


class Recorder:
    """What one process has seen. What the interpreter calls lets no exception of its own out."""

    def __init__(self, files: dict[str, Chains], spool: str) -> None:
        self.known: dict[str, Any] = {path: (path, chains) for path, chains in files.items()}
        self.names = frozenset(os.path.basename(path) for path in files)
        self.targets: dict[tuple[int, int], _Chain | None] = {}
        self.chains: dict[tuple[int, int], _Chain | None] = {}
        self.codes: dict[int, CodeType] = {}
        self.arrivals: dict[Any, _Arrival] = {}
        self.spool, self.written = spool, ""
        self.stop: Any = lambda: None

    def raised(self, code: CodeType, offset: int, error: BaseException) -> None:
        """Called by `sys.monitoring` with an exception in a function, wherever it comes from."""
        try:
            file = self.known.get(code.co_filename, NEW)
            if file is None:
                return
            place = id(code), offset
            chain = self.targets.get(place, NEW)
            if chain is None:
                return
            if chain is NEW:
                if file is NEW:
                    file = self.locate(code.co_filename)
                    if file is None:
                        return
                chain = self.targets[place] = self.chain(code, offset, file)
                if chain is None:
                    return
            if isinstance(error, StopIteration) and takes_end(code, offset):
                return
            key = type(error), origin(error)
            arrival = chain.seen.get(key, NEW)
            if arrival is NEW:
                self.arrive(chain, key, _getframe(1))
            elif arrival is not None:
                next(arrival.counter)
        except Exception as problem:  # noqa: BLE001  (whatever goes wrong in here must not reach the program)
            self.forgive(problem)

    def locate(self, name: str) -> Any:
        """The file of the plan that code with this file name comes from; None for any other."""
        file = self.known.get(_realpath(name)) if os.path.basename(name) in self.names else None
        self.known[name] = file
        return file

    def chain(self, code: CodeType, offset: int, file: Any) -> _Chain | None:
        """The clauses that an exception at an instruction leads to; None for none, and where none is broad."""
        self.codes[id(code)] = code  # held, so that no other code gets its id
        target = handler_of(code, offset)
        if target is None:
            return None
        place = id(code), target
        if place not in self.chains:
            clauses = file[1].get(first_clause(code, target))
            self.chains[place] = _Chain(code, file[0], clauses) if clauses else None
        return self.chains[place]

    def arrive(self, chain: _Chain, key: Any, frame: FrameType) -> None:
        """An exception that this chain has not seen, or that it must look at each time."""
        line, is_sure = taker(chain.clauses, key[0], frame)
        arrival = self.count(chain.path, line, key, is_sure) if line is not None else None
        if not chain.is_dynamic:
            chain.seen[key] = arrival

    def count(self, path: str, line: int, key: Any, is_sure: bool = True) -> _Arrival:
        """Count one arrival of a type (the first part of `key`) that was raised in a file (the second)."""
        place = path, line, key, is_sure
        arrival = self.arrivals.get(place)
        if arrival is None:
            kind, source = key
            bases = tuple(_qualified(base) for base in bases_of(kind)[1:-1])
            fields = (path, line, _qualified(kind), bases, _file_of(kind), source, is_sure)
            arrival = self.arrivals.setdefault(place, _Arrival(fields))
            next(arrival.counter)
            self.write([arrival])
        else:
            next(arrival.counter)
        return arrival

    def write(self, arrivals: list[_Arrival]) -> None:
        """Append what is pending, if anything is."""
        lines = []
        for arrival in arrivals:
            pending = arrival.pending()
            if pending:
                arrival.reported += pending
                lines.append(ascii((*arrival.fields, pending)))
        if lines:
            self.append(lines)

    def append(self, lines: list[str]) -> None:
        """Append lines to this process's own file. Where it can't be written, they are lost."""
        if not self.written:
            self.written = os.path.join(self.spool, f"{_getpid()}-{_urandom(6).hex()}")
        try:
            handle = _open(self.written, _FLAGS, 0o600)
        except OSError:
            return
        try:
            _write(handle, "".join(f"{line}\n" for line in lines).encode("ascii"))
        except OSError:
            pass
        finally:
            _close(handle)

    def note(self, kind: str, text: str) -> None:
        """Something for the report."""
        self.append([ascii((kind, text))])

    def forgive(self, problem: Exception) -> None:
        """After a mistake in here: a note, and no more recording. What a signal handler raised meanwhile passes."""
        trace = problem.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        if trace is not None and not trace.tb_frame.f_code.co_filename.startswith((_HERE, _PATHS)):
            raise problem
        if isinstance(problem, (RecursionError, MemoryError, OSError)):
            return  # the program is at its limits, or its folder is gone, and may well go on
        self.stop()
        self.note("failed", f"{type(problem).__name__}: {problem}")

    def forked(self) -> None:
        """Called in a new child: what the parent has counted is the parent's, and so is its file."""
        self.written = ""
        for arrival in list(self.arrivals.values()):
            arrival.reported += arrival.pending()
        self.started()

    def started(self) -> None:
        """Say that this process is being recorded."""
        self.note("started", ".".join(map(str, sys.version_info[:3])))

    def finish(self) -> None:
        """At the end of the process: the counts."""
        self.stop()
        self.write(list(self.arrivals.values()))


def origin(error: BaseException) -> str:
    """The file of the code that raised it, as far as its traceback tells."""
    trace = error.__traceback__
    if trace is None:
        return ""
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename


def _qualified(kind: type) -> str:
    """The module and the name of a type; of a builtin only its name."""
    module = _MODULE(kind)
    return _NAME(kind) if module == "builtins" else f"{module}.{_NAME(kind)}"


def _file_of(kind: type) -> str:
    """The file of the module that a type says it is from; empty for none."""
    module = sys.modules.get(_MODULE(kind))
    file = getattr(module, "__dict__", {}).get("__file__")
    return file if isinstance(file, str) else ""
