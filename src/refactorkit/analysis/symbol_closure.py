"""The symbols of one module that have to move together, and what in the module itself speaks against it."""

from __future__ import annotations

from collections.abc import Iterable

from refactorkit.analysis.interface_verdicts import Closure, ExtractionReason, Refusal
from refactorkit.analysis.module_symbols import Kind, ModuleSymbols, TopStatement
from refactorkit.analysis.symbol_traits import Trait

MOVABLE = {Kind.FUNCTION, Kind.CLASS, Kind.ASSIGNMENT}


class HomeModule:
    """One module, asked which of its statements a set of names takes along."""

    def __init__(self, path: str, symbols: ModuleSymbols) -> None:
        self.path = path
        self.symbols = symbols
        self._definers: dict[str, list[int]] = {}
        for position, statement in enumerate(symbols.statements):
            for name in statement.binds:
                self._definers.setdefault(name, []).append(position)

    def statement(self, position: int) -> TopStatement:
        """A statement at the top level by its position."""
        return self.symbols.statements[position]

    def closure(self, seeds: Iterable[str]) -> Closure | Refusal:
        """What moves with the names `seeds`; a refusal where something in the module speaks against it."""
        wanted = sorted(seeds)
        if self.symbols.fixed:
            return Refusal(ExtractionReason.FIXED_MODULE, self.symbols.fixed)
        unknown = [name for name in wanted if name not in self._definers]
        if unknown:
            return Refusal(
                ExtractionReason.CONDITIONAL_DEFINITION, f"nothing shows where {unknown[0]} is defined"
            )
        moved: set[int] = set()
        imports: set[str] = set()
        self._take(wanted, moved, imports)
        while finishing := self._finishing(moved):
            for position in finishing:
                moved.add(position)
                self._take(self.statement(position).needs, moved, imports)
        moved |= {p + 1 for p in moved if self._explains(p + 1, p)}
        typing = {name for name in imports if self._is_for_types(name)}
        found = Closure(
            home=self.path,
            seeds=tuple(wanted),
            moved=tuple(sorted(moved)),
            names=tuple(dict.fromkeys(n for p in sorted(moved) for n in self.statement(p).binds)),
            runtime=tuple(sorted(imports - typing)),
            typing=tuple(sorted(typing)),
        )
        return self._obstacle(found) or found

    def _take(self, names: Iterable[str], moved: set[int], imports: set[str]) -> None:
        """Everything of the module that these names need, into `moved` and `imports`."""
        waiting = list(names)
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            for position in self._definers.get(name, ()):
                statement = self.statement(position)
                if statement.kind in (Kind.IMPORT, Kind.TYPING):
                    imports.add(name)
                    waiting.extend(statement.needs)
                else:
                    moved.add(position)
                    waiting.extend((*statement.needs, *statement.binds))

    def _finishing(self, moved: set[int]) -> list[int]:
        """The statements that complete what moves and need nothing that stays."""
        names = {name for p in moved for name in self.statement(p).binds}
        return [
            position
            for position, statement in enumerate(self.symbols.statements)
            if position not in moved and statement.kind is Kind.FINISHING
            if names & set(statement.needs) and self._own(statement.needs) <= names
        ]

    def _explains(self, position: int, above: int) -> bool:
        """Whether a statement is the string that documents the assignment above it."""
        if position >= len(self.symbols.statements) or self.statement(above).kind is not Kind.ASSIGNMENT:
            return False
        return self.statement(position).kind is Kind.DOCSTRING

    def _own(self, names: Iterable[str]) -> set[str]:
        """Those names that the module defines itself."""
        return {
            name
            for name in names
            if any(
                self.statement(p).kind not in (Kind.IMPORT, Kind.TYPING) for p in self._definers.get(name, ())
            )
        }

    def _is_for_types(self, name: str) -> bool:
        return all(self.statement(p).kind is Kind.TYPING for p in self._definers[name])

    def _obstacle(self, closure: Closure) -> Refusal | None:
        for name in (*closure.names, *closure.runtime, *closure.typing):
            refusal = self._not_one_thing(name)
            if refusal:
                return refusal
        for position in closure.moved:
            refusal = self._tied(self.statement(position), closure) or self._early(position, closure)
            if refusal:
                return refusal
        return self._finished_by_others(closure)

    def _not_one_thing(self, name: str) -> Refusal | None:
        """Whether a name stands for several things, one after the other."""
        definers = [self.statement(p) for p in self._definers[name]]
        if all(s.kind is Kind.IMPORT and all(i.alias is None and not i.module for i in s.imports if i.bound == name) for s in definers):  # fmt: skip
            return None  # `import a.b` and `import a.c` both bind the package
        if all(s.kind in (Kind.IMPORT, Kind.TYPING) for s in definers):
            origins = {(i.module, i.name) for s in definers for i in s.imports if i.bound == name}
            if len(origins) == 1:
                return None  # imported once more, such as for type checkers
        *first, _ = definers
        if all(Trait.OVERLOAD in s.traits for s in first):
            return None
        return Refusal(ExtractionReason.SYMBOL_REBOUND, f"{name} gets several values at the top level")

    def _tied(self, statement: TopStatement, closure: Closure) -> Refusal | None:
        """Whether a statement that would move is tied to its module."""
        shown = statement.binds[0] if statement.binds else f"line {statement.line}"
        traits = set(statement.traits)
        is_movable = statement.kind in {*MOVABLE, Kind.FINISHING, Kind.DOCSTRING}
        if not is_movable or Trait.SHARED_LINE in traits:
            said = f"{shown} is not defined by a plain statement"
            return Refusal(ExtractionReason.CONDITIONAL_DEFINITION, said)
        if Trait.IDENTITY in traits:
            return Refusal(ExtractionReason.MODULE_IDENTITY, f"{shown} can see which module it stands in")
        if Trait.REBINDS in traits:
            return Refusal(ExtractionReason.SYMBOL_REBOUND, f"{shown} sets variables of its module")
        return None

    def _users(self, names: Iterable[str], closure: Closure) -> list[TopStatement]:
        """The statements that stay and need one of these names."""
        wanted = set(names)
        return [
            statement
            for position, statement in enumerate(self.symbols.statements)
            if position not in closure.moved and wanted & set(statement.needs)
        ]

    def _early(self, position: int, closure: Closure) -> Refusal | None:
        """Whether code that stays and runs at import would come after what it comes before today."""
        statement = self.statement(position)
        if Trait.ACTIVE not in statement.traits and statement.kind is not Kind.FINISHING:
            return None
        for other in range(position):
            above = self.statement(other)
            if other in closure.moved or above.kind in (
                Kind.IMPORT,
                Kind.TYPING,
                Kind.DOCSTRING,
                Kind.EXPORTS,
            ):
                continue
            is_effect = above.kind in (Kind.FINISHING, Kind.OTHER)
            if is_effect or set(above.decorators) & set(statement.decorators):
                shown = statement.binds[0] if statement.binds else f"line {statement.line}"
                said = f"defining {shown} runs code, and so does line {above.line} above it"
                return Refusal(ExtractionReason.REGISTRATION_ORDER, said)
        return None

    def _finished_by_others(self, closure: Closure) -> Refusal | None:
        names = set(closure.names)
        for statement in self._users(names, closure):
            if statement.kind in (Kind.FINISHING, Kind.OTHER):
                shown = min(names & set(statement.needs))
                said = f"line {statement.line}, which stays, does something with {shown}"
                return Refusal(ExtractionReason.SYMBOL_FINISHED, said)
        return None
