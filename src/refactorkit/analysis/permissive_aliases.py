"""The permissive URL aliases of a project: where they are defined, and what in a module means one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from refactorkit.analysis.annotations import typing_name
from refactorkit.analysis.modules import External, Imported, Module, Modules, Resolved, Symbol


class Aliases:
    """The permissive aliases by the names that the options give, and what in a module means one."""

    def __init__(self, modules: Modules, wanted: tuple[str, ...]) -> None:
        self._modules = modules
        self._wanted = wanted
        self.names = {name.rpartition(".")[2] for name in wanted}
        self._spellings: set[str] | None = None

    def local_names(self, module: Module) -> set[str]:
        """The names under which the module may know an alias."""
        return self._modules.local_names(module, self.spellings())

    def spellings(self) -> set[str]:
        """The names of the aliases, and those under which a module of the project hands one on (`LaxUrl as Url`)."""
        if self._spellings is None:
            found, waiting = set(self.names), set(self.names)
            while waiting:
                fresh = {n for path in self._modules.mentioning(waiting) for n in self._renamed(path, found)}
                waiting = fresh - found
                found |= waiting
            self._spellings = found
        return self._spellings

    def _renamed(self, path: str, known: set[str]) -> Iterator[str]:
        module = self._modules.get(path)
        if module is None:
            return
        for name, bindings in module.bindings.items():
            if any(
                isinstance(b, Imported) and b.attribute in known and b.attribute != name for b in bindings
            ):
                if self.means_alias(module, ast.Name(name, ast.Load())):
                    yield name

    def definitions(self) -> dict[tuple[str, str], ast.stmt]:
        """Every statement of the project that defines a permissive alias."""
        found: dict[tuple[str, str], ast.stmt] = {}
        for path in self._modules.mentioning(self.names):
            module = self._modules.get(path)
            for name in sorted(self.names) if module else ():
                resolved = self._modules.lookup(module, name)  # type: ignore[arg-type]
                if isinstance(resolved, Symbol) and resolved.path == path and self._is_definition(resolved):
                    found[resolved.key] = resolved.node
        return found

    def means_alias(self, module: Module, node: ast.expr) -> tuple[str, str] | None:
        """The (path, name) of the alias that an expression stands for; ("", qualified) for one outside the project."""
        return self.meant(self._modules.resolve(module, node))

    def meant(self, resolved: Resolved | None) -> tuple[str, str] | None:
        """The alias that something resolved is, as `means_alias` gives it."""
        match resolved:
            case Symbol() as symbol if symbol.name in self.names and self._is_definition(symbol):
                return symbol.key
            case External(qualified=qualified) if qualified.rpartition(".")[2] in self.names:
                return ("", qualified) if self._is_wanted(qualified) else None
            case _:
                return None

    def may_mean_alias(self, module: Module, node: ast.expr) -> bool:
        """Whether a name that is bound in several ways, as in `if TYPE_CHECKING`, is an alias in one of them."""
        return isinstance(node, ast.Name) and any(
            self.meant(found) is not None for found in self._modules.possibilities(module, node.id)
        )

    def unclear_definitions(self) -> Iterator[tuple[str, ast.stmt, str]]:
        """The assignments to an alias's name that are no plain `str`, or one of several: (path, statement, name)."""
        for path in self._modules.mentioning(self.names):
            module = self._modules.get(path)
            for name in sorted(self.names) if module else ():
                bindings = module.bindings.get(name, [])  # type: ignore[union-attr]
                for binding in bindings:
                    node = getattr(binding, "node", None)
                    if (
                        not isinstance(node, ast.Assign | ast.AnnAssign)
                        and type(node).__name__ != "TypeAlias"
                    ):
                        continue
                    symbol = Symbol(path, name, node)  # type: ignore[arg-type]
                    named = self._is_wanted(f"{self._modules.name(path)}.{name}")
                    if named and (len(bindings) > 1 or not self._is_definition(symbol)):
                        yield path, symbol.node, name

    def is_known(self, meant: tuple[str, str]) -> bool:
        """Whether an alias is a plain string for sure: defined in the project, or named in full by the options."""
        return meant[0] != "" or meant[1] in self._wanted

    def _is_definition(self, symbol: Symbol) -> bool:
        module = self._modules.get(symbol.path)
        value = getattr(symbol.node, "value", None)
        if (
            module is None
            or value is None
            or not self._is_wanted(f"{self._modules.name(symbol.path)}.{symbol.name}")
        ):
            return False
        return self._is_string(module, value)

    def _is_wanted(self, qualified: str) -> bool:
        return any(qualified == wanted or qualified.endswith("." + wanted) for wanted in self._wanted)

    def _is_string(self, module: Module, value: ast.expr) -> bool:
        """Whether the value is `str` with whatever metadata: `str`, `Annotated[str, ...]`, `NewType("X", str)`."""
        if (
            isinstance(value, ast.Subscript)
            and typing_name(self._modules, module, value.value) == "Annotated"
        ):
            inner = value.slice.elts[0] if isinstance(value.slice, ast.Tuple) else value.slice
            return self._is_string(module, inner)
        if isinstance(value, ast.Call):
            return typing_name(self._modules, module, value.func) == "NewType" and self._is_string(
                module, value.args[-1]
            )
        resolved = self._modules.resolve(module, value)
        return isinstance(resolved, External) and resolved.qualified == "builtins.str"
