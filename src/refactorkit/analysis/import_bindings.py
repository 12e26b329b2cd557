"""What the names of a module stand for, and whether a deferred import's name is free at module level."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping

from refactorkit.analysis.import_facts import FileImports, ImportedName, ImportStatement
from refactorkit.analysis.import_graph import ImportGraph
from refactorkit.analysis.import_guards import Guard

Key = tuple[str, str | None]
"""What a local name stands for: a module's file or dotted name, and the attribute (None: the module itself)."""


class Bindings:
    """The names at module level of a project's files, with those of the imports hoisted so far."""

    def __init__(self, files: Mapping[str, FileImports], graph: ImportGraph) -> None:
        self._files = files
        self._graph = graph
        self._hoisted: dict[str, dict[str, set[Key]]] = {}

    def add(self, path: str, statement: ImportStatement) -> None:
        """Let the top of the file import these names from now on."""
        names = self._hoisted.setdefault(path, {})
        for name in statement.names:
            names.setdefault(name.bound, set()).add(self._key(path, statement, name))

    def is_taken(self, path: str, statement: ImportStatement, name: ImportedName) -> bool:
        """Whether the module uses the local name for something else, serves it by `__getattr__`, or a builtin has it."""
        value = self._value(path, statement, name)
        file = self._files[path]
        if hasattr(builtins, name.bound) or name.bound in file.globals:
            return True
        if any(row.name == name.bound for row in file.lazy or ()):
            return True  # found at module level, it would not be asked for any more
        if any(_value_of(key) != value for key in self._hoisted.get(path, {}).get(name.bound, ())):
            return True
        if name.bound in file.bindings:
            keys = self._keys_at_top(path, name.bound)
            return name.bound in file.rebound or not keys or any(_value_of(key) != value for key, _ in keys)
        if any(n.name == "*" for s in file.statements if s.runs_on_import for n in s.names):
            return True
        return any(_value_of(key) != value for key in self._keys_for_types(path, name.bound))

    def is_bound(self, path: str, statement: ImportStatement, name: ImportedName) -> bool:
        """Whether the module level binds the name to the same thing, once and for all, before the function is there."""
        file = self._files[path]
        key = self._key(path, statement, name)
        if key in self._hoisted.get(path, {}).get(name.bound, ()) and name.uses:
            return True
        if name.bound not in file.bindings or name.bound in file.rebound or name.bound in file.globals:
            return False
        owner = self._graph.module_of(path, statement.module) if statement.is_from else None
        if owner == path and name.name == name.bound:
            return not (
                file.is_script or path.endswith("__main__.py")
            )  # run as a script, the module is there twice
        return any(
            _covers(other, key) and line < statement.line
            for other, line in self._keys_at_top(path, name.bound)
        )

    def is_inside(self, path: str, bound: str) -> bool:
        """Whether the module level of the file imports the name from the project's own files."""
        return any(
            (self._graph.module_of(path, statement.module or name.name) or "/") in self._files
            for statement in self._files[path].statements
            if statement.runs_on_import
            for name in statement.names
            if name.bound == bound
        )

    def differs_in_scope(self, path: str, statement: ImportStatement) -> bool:
        """Whether another import in the same function, or one around or inside it, binds a name to something else."""
        mine = {name.bound: self._value(path, statement, name) for name in statement.names}
        return any(
            mine.get(name.bound, self._value(path, other, name)) != self._value(path, other, name)
            for other in self.around(path, statement)
            for name in other.names
        )

    def around(self, path: str, statement: ImportStatement) -> Iterator[ImportStatement]:
        """The other deferred imports of one of the names in the same function, in one around it or inside it.

        As long as one of them stays, the name is local there, so that all of them go or none does.
        """
        bound = {name.bound for name in statement.names}
        for other in self._files[path].statements:
            if other is statement or not other.is_deferred or other == statement:
                continue
            if _is_related(other.scope, statement.scope) and any(n.bound in bound for n in other.names):
                yield other

    @staticmethod
    def is_mangled(path: str, statement: ImportStatement) -> bool:
        """Whether a class around the function gives a name like `__x` another spelling there."""
        return "." in statement.scope and any(
            n.bound.startswith("__") and not n.bound.endswith("__") for n in statement.names
        )

    def _keys_at_top(self, path: str, bound: str) -> list[tuple[Key, int]]:
        """What the imports at module level bind the name to, each with its line."""
        return [
            (self._key(path, statement, name), statement.line)
            for statement in self._files[path].statements
            if statement.runs_on_import and not statement.guards and not statement.in_class
            for name in statement.names
            if name.bound == bound
        ]

    def _keys_for_types(self, path: str, bound: str) -> Iterator[Key]:
        """What the name stands for under TYPE_CHECKING."""
        for statement in self._files[path].statements:
            if Guard.TYPE_CHECKING in statement.guards and not statement.is_deferred:
                for name in statement.names:
                    if name.bound == bound:
                        yield self._key(path, statement, name)

    def _value(self, path: str, statement: ImportStatement, name: ImportedName) -> Key:
        return _value_of(self._key(path, statement, name))

    def _key(self, path: str, statement: ImportStatement, name: ImportedName) -> Key:
        """What a name of a statement stands for, however it is spelled; after `import a.b` that is `a` with `a.b` loaded."""
        if not statement.is_from:
            whole = name.name if name.alias else name.name.partition(".")[0]
            return self._graph.module_of(path, whole) or whole, None if name.alias else f"{LOADED}{name.name}"
        owner = self._graph.module_of(path, statement.module)
        if owner is None:
            return statement.module, name.name
        return self._graph.submodule(owner, name.name) or owner, name.name


LOADED = "import "
"""What stands in the attribute of a key before the dotted module that a plain import loads."""


def _value_of(key: Key) -> Key:
    """The key without which submodules were loaded on the way: `import a.b` and `import a.c` bind the same `a`."""
    module, attribute = key
    return (module, None) if attribute is None or attribute.startswith(LOADED) else key


def _covers(other: Key, key: Key) -> bool:
    """Whether a binding to `other` is as good as one to `key`: `import a.b` also makes `a` known."""
    if other == key:
        return True
    module, attribute = other
    return bool(module == key[0] and attribute and key[1] and attribute.startswith(LOADED)) and (
        f"{attribute}.".startswith(f"{key[1]}.")
    )


def _is_related(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")
