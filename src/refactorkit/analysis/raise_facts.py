"""What a file's functions do that may raise, as frozen facts: effects in the order in which they run, with their tries.

An effect says what is done to which values; what those values are, and so what is raised, is worked out for the whole
project. A syntax tree is many times as large, and no order of facts can be kept with it.
"""

from __future__ import annotations

from msgspec import Struct

from refactorkit.analysis.definitions import Scope
from refactorkit.analysis.expressions import Expression

Spot = tuple[int, int]
"""Where the name stands that an expression ends with, or the callee of a call: a type checker's handle of the value. The
line counts from 1, the column in bytes of UTF-8."""


class Actual(Struct, frozen=True, array_like=True):
    """A value that something is done with; `literal` is its value where `is_literal`; that of bytes isn't kept."""

    value: Expression
    is_literal: bool = False
    literal: str | int | float | bool | None = None
    spot: Spot | None = None


class Invoke(Struct, frozen=True, tag="call", array_like=True):
    """A call. `is_open`: positional arguments are unpacked, `takes_any`: keywords are; `is_awaited`: its result, here;
    `spot` is that of what a method is called on."""

    func: Expression
    positional: tuple[Actual, ...]
    keywords: tuple[tuple[str, Actual], ...]
    is_open: bool
    takes_any: bool
    is_awaited: bool
    line: int
    spot: Spot | None = None


class Operate(Struct, frozen=True, tag="op", array_like=True):
    """An operator or an implicit call by the special method that it runs, its receiver first.

    Beside Python's own names there are `unpack` (with how many names, as a literal), `match`, and `await`.
    """

    method: str
    operands: tuple[Actual, ...]
    line: int


class Load(Struct, frozen=True, tag="get", array_like=True):
    """`value.name` is read (`kind` is `get`), or written or deleted (`set`); `spot` is that of the value."""

    value: Expression
    name: str
    kind: str
    line: int
    spot: Spot | None = None


class Raised(Struct, frozen=True, tag="raise", array_like=True):
    """A raise statement. Without a value the exception that the clause `level` clauses further out caught is raised again."""

    value: Expression | None
    level: int
    line: int


class Opaque(Struct, frozen=True, tag="opaque", array_like=True):
    """Something that no analysis follows, by a word for it: `import x`, `class`, `yield`."""

    kind: str
    line: int


class Within(Struct, frozen=True, tag="with", array_like=True):
    """One context manager and what runs in it."""

    manager: Expression
    arguments: tuple[Actual, ...]
    is_async: bool
    body: tuple[Effect, ...]
    line: int
    spot: Spot | None = None


class Generated(Struct, frozen=True, tag="generated", array_like=True):
    """What running a generator expression does."""

    body: tuple[Effect, ...]


class Span(Struct, frozen=True, array_like=True):
    """Where something stands: lines from 1, columns in bytes from 0."""

    line: int
    column: int
    end_line: int
    end_column: int


class Site(Struct, frozen=True, array_like=True):
    """A clause that may be broad, for its ledger entry and its rewriting.

    `traits` are members of `handler_traits.Trait`. `types` is where its types stand; for a bare `except` the empty place
    where they would. `attributes` are those read of the bound exception, `quiet` is the line of the statement of a body that
    only passes or returns (0: it does more), `writes_pass`: it is `pass`. `function` is the qualified name around it.
    """

    column: int
    types: Span
    traits: tuple[str, ...]
    attributes: tuple[str, ...]
    function: str
    quiet: int
    writes_pass: bool
    body_line: int


class Clause(Struct, frozen=True, array_like=True):
    """One except clause, by its types; None for a bare one."""

    types: tuple[Expression, ...] | None
    body: tuple[Effect, ...]
    line: int
    end_line: int
    site: Site | None


class Attempt(Struct, frozen=True, tag="try", array_like=True):
    """A try statement. `swallows`: its finally leaves by itself, so that nothing gets out but what that part raises."""

    body: tuple[Effect, ...]
    clauses: tuple[Clause, ...]
    orelse: tuple[Effect, ...]
    final: tuple[Effect, ...]
    swallows: bool
    is_star: bool
    line: int


Effect = Invoke | Operate | Load | Raised | Opaque | Within | Generated | Attempt


class Routine(Struct, frozen=True, array_like=True):
    """A function's own effects; `name` is its `__qualname__`, or `<module>` for what runs when the module is imported.

    `scope` is its index among the file's scopes, -1 for none; `returned` is what it returns, None included where it may
    end without a return; `yields_once`: a generator yields once, whichever way it goes.
    """

    name: str
    line: int
    scope: int
    is_generator: bool
    effects: tuple[Effect, ...]
    returned: tuple[Expression, ...] = ()
    yields_once: bool = False


class TopImport(Struct, frozen=True, array_like=True):
    """A name that an import directly at module level binds: `bound` is how code refers to it, dotted for `import a.b`."""

    bound: str
    module: str
    attribute: str | None
    line: int


class FileRaises(Struct, frozen=True, array_like=True):
    """One file. `decorated` holds the decorators of its classes by qualified name; `loggers` the module-level names of
    loggers, `imports` what is imported under no condition, `nullable` the parameters whose default is None, by the
    line of their function."""

    routines: tuple[Routine, ...]
    scopes: tuple[Scope, ...]
    decorated: dict[str, tuple[Expression, ...]]
    loggers: tuple[str, ...]
    imports: tuple[TopImport, ...]
    nullable: tuple[tuple[int, str], ...]
