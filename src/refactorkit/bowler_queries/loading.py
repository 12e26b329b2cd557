"""A query's file: read once, executed for each file that it is to change, so that no state goes from one to the next."""

from __future__ import annotations

import ast
import linecache
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from refactorkit.config import ConfigError
from refactorkit.syntax import describe

if TYPE_CHECKING:
    import bowler

HERE = "."
"""What `query(paths)` is given: which files are looked at is not the query's to decide."""

PURE = frozenset(
    [
        "__future__",
        "ast",
        "bowler",
        "collections",
        "dataclasses",
        "enum",
        "fissix",
        "functools",
        "itertools",
        "keyword",
        "operator",
        "re",
        "string",
        "textwrap",
        "typing",
    ]
)
"""Modules that read nothing from outside. A query that imports others may depend on anything."""
READING = frozenset(["open", "input", "__import__", "eval", "exec", "compile"])


class QueryFile:
    """A file that defines `query(paths) -> bowler.Query`, by its path and bytes; `name` is the codemod's id."""

    def __init__(self, path: Path, data: bytes, name: str) -> None:
        self.path = path
        self.data = data
        self.name = name

    @cached_property
    def _tree(self) -> ast.Module:
        try:
            return ast.parse(self.data)
        except (SyntaxError, ValueError) as error:
            raise ConfigError(f"{self.path} is {describe(error)}: correct it") from error

    @property
    def documentation(self) -> str:
        """The file's docstring, or ''."""
        return ast.get_docstring(self._tree) or ""

    @cached_property
    def is_pure(self) -> bool:
        """Whether nothing but the file's own bytes decides what the query does, as far as its imports tell."""
        for node in ast.walk(self._tree):
            match node:
                case ast.Import(names=names):
                    roots = {alias.name.partition(".")[0] for alias in names}
                case ast.ImportFrom(module=module):
                    roots = {(module or "").partition(".")[0]}
                case ast.Name(id=name):
                    roots = {name} & READING
                case _:
                    continue
            if roots - PURE:
                return False
        return True

    @cached_property
    def literals(self) -> tuple[bytes, ...] | None:
        """Words of which a file must hold one for the query to find something; None when any file may do."""
        from refactorkit.bowler_queries.literals import needed

        with inert():
            fixers = _tried(self.path, lambda: [fixer({}, []) for fixer in self.fresh().compile()])
        found: set[bytes] = set()
        for fixer in fixers:
            words = needed(fixer.pattern)
            if words is None:
                return None
            found |= words
        return tuple(sorted(found))

    @cached_property
    def _code(self) -> Any:
        return compile(self._tree, str(self.path), "exec", dont_inherit=True)

    def fresh(self) -> bowler.Query:
        """A query that nothing has been done with. Call it inside `inert`; what the file raises is raised."""
        import bowler

        module = ModuleType(f"refactorkit_{self.name}")
        module.__file__ = str(self.path)
        sys.modules[module.__name__] = module  # dataclasses look their module up
        exec(self._code, module.__dict__)  # noqa: S102  (naming the file asked for it)
        made = getattr(module, "query", None)
        if not callable(made):
            raise ConfigError(f"{self.path} defines no query(paths): write one that returns a bowler.Query")
        query = made([HERE])
        if not isinstance(query, bowler.Query):
            kind = type(query).__name__
            raise ConfigError(f"{self.path}: query(paths) must return a bowler.Query, and it returns {kind}")
        return query


def contents(path: Path) -> bytes:
    """The bytes of a query's file. Raises ConfigError for one that can't be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"the query {path} can't be read: {error.strerror}: check the path") from error


def checked(path: Path, data: bytes, name: str) -> QueryFile:
    """The file, tried once: it is executed, and its patterns are compiled. Raises ConfigError."""
    try:
        import bowler  # noqa: F401
    except (ImportError, OSError) as error:  # its parser keeps its tables in the user's cache folder
        raise ConfigError(f"Bowler can't be loaded ({describe(error)}): pip install bowler==0.9.0") from error
    linecache.checkcache(str(path))
    file = QueryFile(path, data, name)
    _ = file.literals
    return file


def _tried(path: Path, work: Any) -> Any:
    """What `work` returns; whatever else it raises is the fault of the query, in one line."""
    try:
        return work()
    except ConfigError:
        raise
    except (Exception, SystemExit) as error:  # a query is anybody's code
        raise ConfigError(f"the query {path} can't be run: {describe(error)}: correct it") from error


@contextmanager
def inert() -> Iterator[None]:
    """While a query runs: Bowler starts no run of its own, and what is printed is no part of the result."""
    import bowler

    execute = bowler.Query.execute
    bowler.Query.execute = lambda self, **_: self  # `.diff()`, `.write()` and the like all end here
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        bowler.Query.execute = execute
