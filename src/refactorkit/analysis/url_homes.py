"""Where the new aliases of http-url go: beside the permissive alias of the fields, or below a module's imports."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from msgspec import Struct

from refactorkit.analysis import url_aliases
from refactorkit.analysis.modules import Module, Modules, Symbol
from refactorkit.analysis.roles import Role
from refactorkit.analysis.url_aliases import HELPER, Home, Wanted
from refactorkit.analysis.url_sites import Field
from refactorkit.analysis.url_verdicts import Reason, Verdict
from refactorkit.splice import shares_lines, span, text_of

Key = tuple[str, str] | None
"""The (path, name) of the permissive alias beside which the new ones go; None when the project has none."""


class Placement(Struct, frozen=True):
    """The home of the aliases of a group of fields (None: they need none), or why there is none."""

    home: Home | None
    reason: Reason | None = None
    message: str = ""


class Wishes(Protocol):
    """The options that decide which aliases there are."""

    lax: tuple[str, ...]
    stored: Any
    serialise: Any


class Homes:
    """Finds a place and a name for the aliases that fields need."""

    def __init__(
        self,
        modules: Modules,
        wishes: Wishes,
        strict: tuple[str, str],
        definitions: Mapping[tuple[str, str], ast.stmt],
        fields: Iterable[Field],
    ) -> None:
        self._modules = modules
        self._wishes = wishes
        self._strict = strict
        self._definitions = definitions
        self._dumps: bool | None = None
        self._uses = Counter(d for field in fields for d in field.definitions)

    def key(self, field: Field) -> Key:
        """The permissive alias beside which the field's new alias goes: its own, one that its module defines or imports,
        one beside which other fields of the project get theirs, else the first."""
        own = [d for d in field.definitions if d in self._definitions]
        if own or not self._definitions:
            return own[0] if own else None
        module = self._modules.get(field.cls.path)
        known = [d for d in self._definitions if d[0] == field.cls.path]
        for name in sorted({name for _, name in self._definitions}) if module and not known else ():
            found = self._modules.lookup(module, name)  # type: ignore[arg-type]
            known += [d for d in self._definitions if isinstance(found, Symbol) and found.key == d]
        used = sorted(self._definitions, key=lambda d: (-self._uses.get(d, 0), d))
        return known[0] if known else used[0]

    def placements(self, verdicts: Iterable[Verdict]) -> dict[Key, Placement]:
        """A placement for every group of fields that share a permissive alias."""
        groups: dict[Key, list[Verdict]] = {}
        for verdict in verdicts:
            groups.setdefault(self.key(verdict.field), []).append(verdict)
        return {key: self._placement(key, group) for key, group in groups.items()}

    def serialises(self) -> bool:
        """Whether the strict type gets a serialiser, so that it is dumped as a string in python mode too."""
        if self._wishes.serialise != "auto":
            return bool(self._wishes.serialise == "always")
        if self._dumps is None:
            self._dumps = url_aliases.dumps_in_python_mode(self._modules, iter(self._modules.paths()))
        return self._dumps

    def _placement(self, key: Key, group: list[Verdict]) -> Placement:
        keeps = self._wishes.stored == "keep" and any(v.role is Role.STORED for v in group)
        needs_strict = self.serialises() and any(v.role is Role.INPUT or not keeps for v in group)
        if not needs_strict and not keeps:
            return Placement(None)
        paths = sorted({v.field.cls.path for v in group})
        path, lax = key or (paths[0], "Url")
        if key is None and len(paths) > 1:
            wanted = self._wishes.lax[0].rpartition(".")[2] if self._wishes.lax else "LaxUrl"
            said = (
                f"{len(paths)} modules need the same alias and the project has none to put it beside: "
                f"define {wanted} = str in a module that all of them can import, and run again"
            )
            return Placement(None, Reason.ALIAS_PLACE, said)
        module = self._modules.get(path)
        if module is None or not self._modules.in_scope(path):
            said = f"{path} isn't among the files that this run may change"
            return Placement(None, Reason.ALIAS_PLACE, said)
        statement = self._definitions[key] if key else None
        if statement is not None and (
            statement not in module.tree.body or shares_lines(module.tree, statement)
        ):
            said = f"{lax} isn't defined at the top level of {path}, on lines of its own"
            return Placement(None, Reason.ALIAS_PLACE, said)
        wanted_aliases = [Wanted("Strict", False, self.serialises())] if needs_strict else []
        if keeps:
            wanted_aliases.append(Wanted("Stored", True, self._wishes.serialise != "never"))
        return self._named(module, lax, statement, wanted_aliases)

    def _named(self, module: Module, lax: str, statement: ast.stmt | None, wanted: list[Wanted]) -> Placement:
        """The home with the names that its aliases get, if these and what they are made of are free."""
        named: dict[str, Wanted] = {}
        for one in wanted:
            options = url_aliases.names_for(lax, one.name, self._strict[1])
            name = url_aliases.free_name(module, options, one, self._strict[1], HELPER)
            if name is None:
                said = f"{module.path} uses {' and '.join(options)} for something else"
                return Placement(None, Reason.NAME_TAKEN, said)
            named[one.name] = Wanted(name, one.keeps, one.serialises)
        fresh = [
            w for w in named.values() if not url_aliases.has_definition(module, w, self._strict[1], HELPER)
        ]
        if any(w.keeps for w in fresh) and HELPER in module.bindings:
            return Placement(None, Reason.NAME_TAKEN, f"{module.path} uses {HELPER} for something else")
        for one in fresh:
            for origin, name in url_aliases.imports_for(one, self._strict):
                if not url_aliases.is_free_for(self._modules, module, name, (origin, name)):
                    said = f"{module.path} uses {name} for something else"
                    return Placement(None, Reason.NAME_TAKEN, said)
        place = span(statement) if statement else None
        line = place[1] if place else _after_imports(module)
        strict, stored = named.get("Strict"), named.get("Stored")
        return Placement(Home(module.path, lax, place, line, strict, stored, tuple(fresh)))

    def insertion(self, home: Home, used: set[str], goes: bool) -> tuple[str, list[tuple[str, str]]]:
        """The code of the aliases that are used and not there yet, and the imports that it lacks.

        `goes` says that the permissive alias itself is deleted.
        """
        fresh = [w for w in home.fresh if w.name in used]
        module = self._modules.get(home.path)
        if not fresh or module is None:
            return "", []
        text = text_of(module.data)
        above = text.blanks(home.span[0] - 1, -1) if goes and home.span else 0
        below = text.blanks(home.line + 1, 1)
        following = next((s for s in module.tree.body if span(s)[0] > home.line), None)
        is_close = below == 0 and not isinstance(following, ast.ClassDef | ast.FunctionDef)
        code = ""
        for wanted in fresh:
            gap = 2 if wanted.keeps else 0 if is_close and home.span else 1
            code += "\n" * (max(0, gap - (above or 0)) if above is not None else 0)
            code += url_aliases.definition(wanted, self._strict[1], HELPER)
            above = 0
        if below is not None and not (is_close and len(fresh) == 1 and not fresh[0].keeps and home.span):
            wide = isinstance(following, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            code += "\n" * max(0, (2 if wide else 1) - below)
        imports = [i for wanted in fresh for i in url_aliases.imports_for(wanted, self._strict)]
        missing = [
            i for i in imports if not url_aliases.is_imported(module, i[1], home.span or (home.line + 1, 0))
        ]
        return code, list(dict.fromkeys(missing))


def _after_imports(module: Module) -> int:
    """The line after which definitions can go: below the imports that open the module, or its docstring."""
    line = 0
    for statement in module.tree.body:
        is_docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not is_docstring and not isinstance(statement, ast.Import | ast.ImportFrom):
            break
        line = span(statement)[1]
    return line
