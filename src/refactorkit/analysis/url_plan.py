"""The whole plan of http-url: every site judged, the aliases placed, and each file's edits, as frozen facts."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any, Protocol

from msgspec import Struct, structs

from refactorkit import model
from refactorkit.analysis import url_aliases
from refactorkit.analysis.leftovers import names_in
from refactorkit.analysis.migration_note import UrlField, migration_note
from refactorkit.analysis.modules import Module, ModuleRef, Modules
from refactorkit.analysis.orm_columns import Column, columns, likely
from refactorkit.analysis.pydantic_models import Models
from refactorkit.analysis.roles import Role
from refactorkit.analysis.url_aliases import Home
from refactorkit.analysis.url_edits import FieldEdit, FilePlan, UrlFacts
from refactorkit.analysis.url_homes import Homes, Placement
from refactorkit.analysis.url_ledger import Ledger, extent
from refactorkit.analysis.url_sites import Aliases, Field, Use, alias_sites, task_sites
from refactorkit.analysis.url_tidy import Tidy
from refactorkit.analysis.url_verdicts import Judge, Policy, Reason, Verdict
from refactorkit.codemod import is_suppressed
from refactorkit.config import ConfigError, Scope
from refactorkit.model import Change, Finding, Source, Status
from refactorkit.splice import shares_lines, span, text_of


class Options(Protocol):
    """The options of http-url, as the codemod has them."""

    lax: tuple[str, ...]
    strict: str
    todo_fields: bool
    stored: Any
    serialise: Any
    role: Any
    models: tuple[str, ...]
    note: str


def plan_urls(options: Options, sources: Mapping[str, Source], scope: Scope) -> UrlFacts:
    """Judge every site in scope and plan the edits. Raises ConfigError for an option that makes no sense."""
    return _Planner(options, sources, scope).plan()


class _Planner:
    def __init__(self, options: Options, sources: Mapping[str, Source], scope: Scope) -> None:
        self.options = options
        self.sources = sources
        self.scope = scope
        self.modules = Modules(sources)
        self.aliases = Aliases(self.modules, options.lax)
        module, _, name = options.strict.rpartition(".")
        if not module or not name.isidentifier():
            raise ConfigError(
                f"strict={options.strict!r} names no type in a module: write it as pydantic.HttpUrl"
            )
        self.strict = (module, name)
        self.ledger = Ledger()
        self.edits: dict[str, list[FieldEdit]] = {}
        self.add: dict[str, dict[tuple[str, str], None]] = {}
        self.insert: dict[str, list[tuple[int, str]]] = {}
        self.delete: dict[str, list[tuple[int, int]]] = {}
        self.remove: dict[str, list[str]] = {}
        self.additions: list[Change] = []

    def plan(self) -> UrlFacts:
        definitions = self.aliases.definitions()
        fields, uses = self._sites()
        for use in uses:
            self.ledger.use(use)
        for path, statement, name in self.aliases.unclear_definitions():
            if self.modules.in_scope(path):
                said = f"{name} isn't bound to one plain string type, so its uses stay"
                self.ledger.found(path, span(statement), 0, Status.REFUSED, Reason.UNCLEAR_ALIAS, said, {})
        chosen = [f for f in fields if self._is_chosen(f)]
        models = Models(self.modules, self.options.models)
        judge = Judge(self.modules, models, Policy(self.options.role, self.options.stored == "keep"))
        homes = Homes(self.modules, self.options, self.strict, definitions, chosen)
        changed = self._carry_out(homes, judge, judge.verdicts(chosen))
        self._tidy(homes, definitions, changed)
        self._note([(verdict, edit.name) for verdict, edit, _ in changed])
        paths = {*self.ledger.by_path, *self.edits, *self.insert}
        failures = {p: why for p, why in self.modules.failures.items() if self.sources[p].in_scope}
        return UrlFacts({path: self._file(path) for path in sorted(paths)}, tuple(self.additions), failures)

    def _sites(self) -> tuple[list[Field], list[Use]]:
        paths = [p for p in self.modules.mentioning(self.aliases.spellings()) if self.sources[p].in_scope]
        found = list(alias_sites(self.modules, self.aliases, paths, self.strict[1]))
        fields = [f for f in found if isinstance(f, Field)]
        if self.options.todo_fields:
            tasks = [p for p in self.modules.mentioning({self.strict[1]}) if self.sources[p].in_scope]
            known = {(f.cls.key, f.name) for f in fields}
            fields += [
                f for f in task_sites(self.modules, tasks, self.strict[1]) if (f.cls.key, f.name) not in known
            ]
        return fields, [u for u in found if isinstance(u, Use)]

    def _is_chosen(self, field: Field) -> bool:
        """Record a field that is suppressed or not selected; True for the others."""
        first, last = extent(field)
        lines = text_of(self.sources[field.cls.path].data).lines
        here = (lines[field.node.lineno - 1], lines[last - 1])
        if any(is_suppressed(line, "http-url") for line in here):
            self.ledger.field(field, Status.SUPPRESSED, model.Reason.SUPPRESSED, "suppressed by a comment")
        elif not self.scope.selects(field.cls.path, first, last):
            self.ledger.field(
                field, Status.UNCHANGED, model.Reason.NOT_SELECTED, "not among the selected sites"
            )
        else:
            return True
        return False

    def _carry_out(self, homes: Homes, judge: Judge, verdicts: list[Verdict]) -> list[Changed]:
        """Plan the edits of all fields that can change; refusing one may make others impossible, so it is repeated."""
        while True:
            placements = homes.placements(v for v in verdicts if v.reason is None)
            planned: list[Changed] = []
            refused: list[Verdict] = []
            origins = {
                (p.home.path, w.name): p.home.path
                for p in placements.values()
                if p.home
                for w in p.home.fresh
            }
            for verdict in verdicts:
                if verdict.reason is not None:
                    continue
                placement = placements[homes.key(verdict.field)]
                edit = _Edit.of(self.modules, verdict, placement, self.strict)
                if isinstance(edit, _Edit) and placement.home and edit.is_bare(self.strict[1]):
                    where = placement.home.path
                    if origins.setdefault((verdict.field.cls.path, edit.name), where) != where:
                        edit = (
                            Reason.NAME_TAKEN,
                            f"{edit.name} comes from another module here: merge the aliases",
                        )
                if isinstance(edit, _Edit):
                    planned.append((verdict, edit, placement.home))
                else:
                    refused.append(verdict.refused(*edit))
            if not refused:
                break
            by_field = {id(v.field): v for v in refused}
            verdicts = judge.settled([by_field.get(id(v.field), v) for v in verdicts])
        for verdict in verdicts:
            if verdict.reason is not None:
                self.ledger.refused(verdict, verdict.reason, verdict.message)
        for verdict, edit, _ in planned:
            path = verdict.field.cls.path
            self.edits.setdefault(path, []).append(edit.edit)
            self.add.setdefault(path, {}).update(dict.fromkeys(edit.imports))
            self.ledger.changed(verdict, edit.name)
        return planned

    def _tidy(
        self, homes: Homes, definitions: Mapping[tuple[str, str], ast.stmt], changed: list[Changed]
    ) -> None:
        """Write the new aliases, drop the imports that lost their last use, and name the aliases nobody uses."""
        used: dict[Home, set[str]] = {}
        for _, edit, home in changed:
            if home is not None:
                used.setdefault(home, set()).add(edit.name)
        for home, names in used.items():
            fresh = [w.name for w in home.fresh if w.name in names]
            if fresh:
                verb = "stands" if len(fresh) == 1 else "stand"
                place = f"beside {home.lax}" if home.span else "below the imports"
                said = f"{' and '.join(fresh)} {verb} {place} from now on"
                lines = home.span or (max(home.line, 1), max(home.line, 1))
                self.ledger.found(home.path, lines, 0, Status.CHANGED, None, said, {"aliases": fresh})
        tidy = Tidy(self.modules, self.aliases, self.edits, {*self.edits, *(home.path for home in used)})
        for (path, name), statement, goes in list(tidy.unused(definitions)):
            self._unused(path, name, statement, goes)
        self.delete = tidy.deleted
        needed: dict[str, set[str]] = {}
        for home, names in used.items():
            goes = home.span in self.delete.get(home.path, ())
            code, imports = homes.insertion(home, names, goes)
            if code:
                self.insert.setdefault(home.path, []).append((home.line, code))
                self.add.setdefault(home.path, {}).update(dict.fromkeys(imports))
                needed.setdefault(home.path, set()).update(names_in(ast.parse(code)))
        for path in sorted({*self.edits, *self.delete}):
            orphans = tidy.orphans(path, needed.get(path, set()))
            if orphans:
                self.remove[path] = orphans

    def _unused(self, path: str, name: str, statement: ast.stmt, goes: bool) -> None:
        lines = span(statement)
        if goes:
            said, status, reason = f"{name} goes, because nothing uses it any more", Status.CHANGED, None
        else:
            said = f"nothing in the project uses {name}; it stays because code outside may"
            status, reason = Status.UNCHANGED, Reason.PUBLIC_NAME
        if not self.ledger.amend(path, lines[0], f"; {said}"):
            self.ledger.found(path, lines, 0, status, reason, said, {})

    def _note(self, changed: list[tuple[Verdict, str]]) -> None:
        path = self.options.note
        if not changed or not path or path in self.sources:
            return
        ordered = sorted(changed, key=lambda c: (c[0].field.cls.path, c[0].field.node.lineno))
        stored = {name: columns(self.modules, name) for name in {v.field.name for v, _ in changed}}
        fields = [
            self._noted(verdict.field, verdict.role, name, stored[verdict.field.name])
            for verdict, name in ordered
        ]
        aliases = {v.role.value: name for v, name in changed}
        text = migration_note(fields, strict=self.options.strict, aliases=aliases, stored=self.options.stored)
        self.additions.append(Change(path=path, before=None, after=text.encode()))

    def _noted(self, field: Field, role: Role, alias: str, named: list[Column]) -> UrlField:
        """What the note says about a field; its table where an ORM class of the project writes it out.

        `named` are the columns with the field's name.
        """
        column = likely(named, field.cls.name.rpartition(".")[2])
        return UrlField(
            model=f"{self.modules.name(field.cls.path)}.{field.cls.name}",
            field=field.name,
            path=field.cls.path,
            line=field.node.lineno,
            role=role.value,
            table=column.table if column else None,
            column=field.name if column and column.table else None,
            alias=alias,
        )

    def _findings(self, path: str) -> tuple[Finding, ...]:
        """The findings of a file, with their columns in characters: `ast` counts them in bytes."""
        found, data = self.ledger.of(path), self.sources[path].data
        if data.isascii():
            return found
        text = text_of(data)
        return tuple(structs.replace(f, column=text.characters(f.line, f.column)) for f in found)

    def _file(self, path: str) -> FilePlan:
        add = tuple(self.add.get(path, ()))
        return FilePlan(
            self._findings(path),
            tuple(self.edits.get(path, ())),
            add,
            tuple(self.remove.get(path, ())),
            tuple(self.insert.get(path, ())),
            tuple(self.delete.get(path, ())),
            tuple(
                sorted({m.partition(".")[0] for m, _ in add if self.modules.find(m.partition(".")[0], path)})
            ),
        )


class _Edit(Struct, frozen=True):
    """The edit of one field, the new type's name and the (module, name) imports that it lacks."""

    edit: FieldEdit
    name: str
    imports: tuple[tuple[str, str], ...]

    def is_bare(self, strict: str) -> bool:
        """Whether the field is spelled with the bare name of an alias, which the module must bind."""
        return self.name != strict and self.name in self.edit.replace.values()

    @classmethod
    def of(
        cls, modules: Modules, verdict: Verdict, placement: Placement, strict: tuple[str, str]
    ) -> _Edit | tuple[Reason, str]:
        """The edit of one field; what stands in the way otherwise."""
        if placement.reason is not None:
            return placement.reason, placement.message
        field = verdict.field
        path = field.cls.path
        module = modules.get(path)
        assert module is not None
        index = _top(module, field)
        if index is None:
            return Reason.LOCAL_SCOPE, f"{field.cls.name} is defined inside another block"
        first = span(module.tree.body[index])[0]
        if shares_lines(module.tree, module.tree.body[index]) or _is_suite(module, field):
            return Reason.STATEMENT, f"{field.cls.name} shares its line with another statement"
        if _declarations(field) > 1:
            return Reason.DECLARED_TWICE, f"{field.cls.name} declares {field.name} more than once"
        name = _name(verdict, placement.home, strict[1])
        home = placement.home if name != strict[1] else None
        if home is not None and home.path == path and first <= home.line:
            return (
                Reason.ALIAS_PLACE,
                f"{field.cls.name} stands above the place of {name}: move the class down",
            )
        replace, imports = _replacement(modules, module, field, home, name, strict)
        if verdict.wrap:
            imports.append(strict)
        bound = _bound_in_classes(module, index, field)
        for origin, imported in imports:
            target = (home.path, imported) if home is not None and imported == name else (origin, imported)
            if imported in bound or not url_aliases.is_free_for(modules, module, imported, target):
                return Reason.NAME_TAKEN, f"{path} uses {imported} for something else"
            if home is not None and target[0] == home.path:
                if url_aliases.would_close_cycle(modules, path, home.path):
                    return (
                        Reason.IMPORT_CYCLE,
                        f"importing {imported} from {origin} would close an import cycle",
                    )
        if name in bound:
            return Reason.NAME_TAKEN, f"{field.cls.name} uses {name} for something else"
        wrap = (verdict.wrap, strict[1]) if verdict.wrap else None
        names = tuple(field.cls.name.split("."))
        lacks = tuple(i for i in imports if not url_aliases.is_imported(module, i[1], (first, 0)))
        return cls(FieldEdit(index, names, field.name, replace, field.tasks, wrap), name, lacks)


Changed = tuple[Verdict, _Edit, Home | None]


def _name(verdict: Verdict, home: Home | None, strict: str) -> str:
    """The new type's name for a field: one of the aliases, or the strict type itself."""
    if home and home.stored and verdict.role is Role.STORED:
        return home.stored.name
    return home.strict.name if home and home.strict else strict


def _replacement(
    modules: Modules, module: Module, field: Field, home: Home | None, name: str, strict: tuple[str, str]
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The new spelling for each old one, and the (module, name) imports that these need."""
    if home is not None and home.path == module.path:
        return dict.fromkeys(field.spelled, name), []
    origin = strict[0]
    if home is not None:
        origin = url_aliases.local_import(modules, module, home.path, modules.name(home.path))
        prefixed = {old: f"{old.rpartition('.')[0]}.{name}" for old in field.spelled if "." in old}
        owners = {d[0] for d in field.definitions}
        if len(prefixed) == len(field.spelled) and owners == {home.path}:
            roots = [ast.parse(new.rpartition(".")[0], mode="eval").body for new in prefixed.values()]
            if all(modules.resolve(module, root) == ModuleRef(home.path) for root in roots):
                return prefixed, []
    return dict.fromkeys(field.spelled, name), [(origin, name)]


def _bound_in_classes(module: Module, index: int, field: Field) -> set[str]:
    """The names that the classes around a field bind: an annotation in them would mean these."""
    found: set[str] = set()
    for node in ast.walk(module.tree.body[index]):
        if isinstance(node, ast.ClassDef) and span(node)[0] <= field.node.lineno <= span(node)[1]:
            for statement in node.body:
                if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                    found.add(statement.name)
                elif isinstance(statement, ast.Import | ast.ImportFrom):
                    found |= {a.asname or a.name for a in statement.names}
                else:
                    found |= {
                        n.id
                        for n in ast.walk(statement)
                        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
                    }
    return found


def _declarations(field: Field) -> int:
    """How often the body of the field's class declares a field of this name."""
    targets = [s.target for s in field.cls.node.body if isinstance(s, ast.AnnAssign)]
    return sum(isinstance(t, ast.Name) and t.id == field.name for t in targets)


def _is_suite(module: Module, field: Field) -> bool:
    """Whether the class's body stands on the line of its colon (`class A(B): url: str`)."""
    header = field.cls.node
    return header.body[0].lineno == header.lineno or any(
        header.body[0].lineno <= (part.end_lineno or 0)
        for part in [*header.bases, *(k.value for k in header.keywords)]
    )


def _top(module: Module, field: Field) -> int | None:
    """The index of the top-level class around the field; None when that isn't a plain chain of classes."""
    body: list[ast.stmt] = module.tree.body
    index: int | None = None
    for name in field.cls.name.split("."):
        same = [i for i, s in enumerate(body) if isinstance(s, ast.ClassDef) and s.name == name]
        inner = [i for i in same if span(body[i])[0] <= field.node.lineno <= span(body[i])[1]]
        if len(inner) != 1 or (index is not None and len(same) != 1):
            return None
        index = inner[0] if index is None else index
        body = body[inner[0]].body  # type: ignore[attr-defined]
    return index
