"""The whole plan of http-url: every site judged, the aliases placed, and each file's edits, as frozen facts."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from msgspec import Struct

from refactorkit import model
from refactorkit.analysis import url_aliases
from refactorkit.analysis.leftovers import names_in, orphaned_imports
from refactorkit.analysis.migration_note import UrlField, migration_note
from refactorkit.analysis.modules import Module, Modules
from refactorkit.analysis.pydantic_models import Models
from refactorkit.analysis.roles import Role
from refactorkit.analysis.url_aliases import Home, Wanted
from refactorkit.analysis.url_ledger import Ledger, extent
from refactorkit.analysis.url_sites import Aliases, Field, Use, alias_sites, is_local, task_sites
from refactorkit.analysis.url_verdicts import Judge, Policy, Reason, Verdict
from refactorkit.analysis.walk_lines import lines_with, walk_lines
from refactorkit.codemod import is_suppressed
from refactorkit.config import ConfigError, Scope
from refactorkit.model import Change, Finding, Source, Status
from refactorkit.splice import Text, shares_lines, span


class FieldEdit(Struct, frozen=True):
    """One field to retype. `statement` is the index of the top-level statement that holds it, `path` the names of the
    classes down to it. `replace` maps source texts of the old type to the new name; `wrap` is (literal, callee)."""

    statement: int
    path: tuple[str, ...]
    field: str
    replace: dict[str, str]
    tasks: tuple[str, ...]
    wrap: tuple[str, str] | None = None


class FilePlan(Struct, frozen=True):
    """What becomes of one file: its findings and, if it changes, its edits."""

    findings: tuple[Finding, ...]
    fields: tuple[FieldEdit, ...] = ()
    add: tuple[tuple[str, str], ...] = ()
    remove: tuple[str, ...] = ()
    insert: tuple[tuple[int, str], ...] = ()
    delete: tuple[tuple[int, int], ...] = ()
    first_party: tuple[str, ...] = ()


class UrlFacts(Struct, frozen=True):
    """Everything that http-url knows about a project and will do to it."""

    files: dict[str, FilePlan]
    additions: tuple[Change, ...] = ()


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
        self.retyped: dict[str, set[str]] = {}
        self.insert: dict[str, list[tuple[int, str]]] = {}
        self.delete: dict[str, list[tuple[int, int]]] = {}
        self.remove: dict[str, list[str]] = {}
        self.additions: list[Change] = []

    def plan(self) -> UrlFacts:
        definitions = self.aliases.definitions()
        fields, uses = self._sites()
        for use in uses:
            self.ledger.use(use)
        models = Models(self.modules, self.options.models)
        policy = Policy(self.options.role, self.options.stored == "keep")
        chosen = [f for f in fields if self._is_chosen(f)]
        verdicts = Judge(self.modules, models, policy).verdicts(chosen)
        changed = self._place(verdicts, definitions)
        self._tidy(definitions, changed)
        self._note(changed)
        paths = {*self.ledger.by_path, *self.edits, *self.insert}
        return UrlFacts({path: self._file(path) for path in sorted(paths)}, tuple(self.additions))

    def _sites(self) -> tuple[list[Field], list[Use]]:
        paths = [p for p in self.modules.mentioning(self.aliases.names) if self.sources[p].in_scope]
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
        lines = Text(self.sources[field.cls.path].data).lines
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

    def _place(
        self, verdicts: list[Verdict], definitions: dict[tuple[str, str], ast.stmt]
    ) -> list[tuple[Verdict, str]]:
        """Give each changing field its new name, or refuse it; returns those that change with that name."""
        for verdict in verdicts:
            if verdict.reason is not None:
                self.ledger.refused(verdict, verdict.reason, verdict.message)
        going = [v for v in verdicts if v.reason is None]
        homes: dict[tuple[str, str] | None, tuple[Home | None, Reason | None, str]] = {}
        groups: dict[tuple[str, str] | None, list[Verdict]] = {}
        for verdict in going:
            groups.setdefault(self._definition(verdict.field, definitions), []).append(verdict)
        changed: list[tuple[Verdict, str]] = []
        for key, group in groups.items():
            homes[key] = self._home(key, group, definitions)
            home, reason, message = homes[key]
            placed = []
            for verdict in group:
                name = None if reason else self._name_in(verdict, home)
                problem = (reason, message) if reason else self._edit(verdict, home, name or "")
                if problem and problem[0]:
                    self.ledger.refused(verdict, problem[0], problem[1])
                else:
                    placed.append((verdict, name or ""))
            if placed and home is not None:
                self._write_home(home, key, definitions, {name for _, name in placed})
            changed += placed
        return changed

    def _definition(
        self, field: Field, definitions: Mapping[tuple[str, str], ast.stmt]
    ) -> tuple[str, str] | None:
        """The permissive alias beside which the field's new alias goes: its own, else the project's first."""
        own = [d for d in field.definitions if d in definitions]
        return own[0] if own else min(definitions, default=None)

    def _wanted(self, group: list[Verdict]) -> tuple[bool, bool]:
        """Whether input fields need an alias (because they serialise), and whether stored ones keep what fails."""
        match self.options.serialise:
            case "always":
                serialises = True
            case "never":
                serialises = False
            case _:
                serialises = url_aliases.dumps_in_python_mode(self.modules, iter(self.sources))
        return serialises, self.options.stored == "keep" and any(v.role is Role.STORED for v in group)

    def _home(
        self,
        key: tuple[str, str] | None,
        group: list[Verdict],
        definitions: Mapping[tuple[str, str], ast.stmt],
    ) -> tuple[Home | None, Reason | None, str]:
        serialises, keeps = self._wanted(group)
        needs_strict = serialises and any(v.role is Role.INPUT or not keeps for v in group)
        if not needs_strict and not keeps:
            return None, None, ""
        paths = sorted({v.field.cls.path for v in group})
        path = key[0] if key else paths[0]
        lax = key[1] if key else "Url"
        module = self.modules.get(path)
        if module is None or not self.sources[path].in_scope or (key is None and len(paths) > 1):
            return None, Reason.ALIAS_PLACE, f"{path} isn't among the files that this run may change"
        statement = definitions[key] if key else None
        if statement is not None and (
            statement not in module.tree.body or shares_lines(module.tree, statement)
        ):
            return None, Reason.ALIAS_PLACE, f"{lax} isn't defined at the top level of {path}"
        line = span(statement)[1] if statement else _after_imports(module)
        wanted = [Wanted("Strict", False, serialises)] if needs_strict else []
        wanted += [Wanted("Stored", True, self.options.serialise != "never")] if keeps else []
        named: dict[str, Wanted] = {}
        for one in wanted:
            options = url_aliases.names_for(lax, one.name, self.strict[1])
            name = url_aliases.free_name(module, options, one, self.strict[1], HELPER)
            if name is None:
                return None, Reason.NAME_TAKEN, f"{path} uses {' and '.join(options)} for something else"
            named[one.name] = Wanted(name, one.keeps, one.serialises)
        fresh = [
            w for w in named.values() if not url_aliases.has_definition(module, w, self.strict[1], HELPER)
        ]
        if any(w.keeps for w in fresh) and HELPER in module.bindings:
            return None, Reason.NAME_TAKEN, f"{path} uses {HELPER} for something else"
        return Home(path, line, named.get("Strict"), named.get("Stored"), tuple(fresh)), None, ""

    def _name_in(self, verdict: Verdict, home: Home | None) -> str:
        """The new type's name for a field: one of the aliases, or the strict type itself."""
        if home and home.stored and verdict.role is Role.STORED:
            return home.stored.name
        return home.strict.name if home and home.strict else self.strict[1]

    def _edit(self, verdict: Verdict, home: Home | None, name: str) -> tuple[Reason, str] | None:
        """Plan the edit of one field; what stands in the way otherwise."""
        field = verdict.field
        path = field.cls.path
        module = self.modules.get(path)
        assert module is not None
        index = _top(module, field)
        if index is None:
            return Reason.LOCAL_SCOPE, f"{field.cls.name} is defined inside another block"
        if shares_lines(module.tree, module.tree.body[index]):
            return Reason.STATEMENT, f"{field.cls.name} shares its line with another statement"
        is_alias = home is not None and name != self.strict[1]
        replace, imports = self._replacement(module, field, home if is_alias else None, name)
        if verdict.wrap:
            imports = [*imports, self.strict]
        for origin, imported in imports:
            target = (home.path, imported) if is_alias and home and imported == name else (origin, imported)
            if imported in module.bindings and not url_aliases.means(self.modules, module, imported, target):
                return Reason.NAME_TAKEN, f"{path} uses {imported} for something else"
            if target[0] == getattr(home, "path", None) and url_aliases.would_close_cycle(
                self.modules, path, target[0]
            ):
                return Reason.IMPORT_CYCLE, f"importing {imported} from {origin} would close an import cycle"
        for origin, imported in imports:
            if imported not in module.bindings:
                self.add.setdefault(path, {})[origin, imported] = None
        names = tuple(field.cls.name.split("."))
        wrap = (verdict.wrap, self.strict[1]) if verdict.wrap else None
        self.edits.setdefault(path, []).append(
            FieldEdit(index, names, field.name, replace, field.tasks, wrap)
        )
        self.retyped.setdefault(path, set()).update(replace)
        self.ledger.changed(verdict, name)
        return None

    def _replacement(
        self, module: Module, field: Field, home: Home | None, name: str
    ) -> tuple[dict[str, str], list[tuple[str, str]]]:
        """The new spelling for each old one, and the (module, name) imports that these need."""
        if home is not None and home.path == module.path:
            return dict.fromkeys(field.spelled, name), []
        origin = self.strict[0]
        if home is not None:
            origin = url_aliases.local_import(self.modules, module, home.path, self.modules.name(home.path))
            prefixed = {old: f"{old.rpartition('.')[0]}.{name}" for old in field.spelled if "." in old}
            owners = {d[0] for d in field.definitions}
            if len(prefixed) == len(field.spelled) and owners == {home.path}:
                owner = self.modules.resolve(
                    module, ast.parse(next(iter(prefixed)).rpartition(".")[0], mode="eval").body
                )
                if getattr(owner, "path", None) == home.path:
                    return prefixed, []
        return dict.fromkeys(field.spelled, name), [(origin, name)]

    def _write_home(
        self,
        home: Home,
        key: tuple[str, str] | None,
        definitions: Mapping[tuple[str, str], ast.stmt],
        used: set[str],
    ) -> None:
        fresh = [w for w in home.fresh if w.name in used]
        module = self.modules.get(home.path)
        if not fresh or module is None:
            return
        blocks = [url_aliases.definition(w, self.strict[1], HELPER) for w in fresh]
        gaps = ["\n\n" if w.keeps else "\n" for w in fresh]
        code = "".join(gap + block for gap, block in zip(gaps, blocks, strict=True))
        self.insert.setdefault(home.path, []).append((home.line, code))
        for wanted in fresh:
            for origin, name in url_aliases.imports_for(wanted, self.strict):
                if name not in module.bindings:
                    self.add.setdefault(home.path, {})[origin, name] = None
        names = " and ".join(w.name for w in fresh)
        verb = "stands" if len(fresh) == 1 else "stand"
        if key:
            said = f"{names} {verb} beside {key[1]} from now on"
            evidence = {"aliases": [w.name for w in fresh]}
            self.ledger.found(home.path, span(definitions[key]), 0, Status.CHANGED, None, said, evidence)

    def _tidy(
        self, definitions: Mapping[tuple[str, str], ast.stmt], changed: list[tuple[Verdict, str]]
    ) -> None:
        """Drop the imports that lost their last use, and say which aliases nobody uses any more."""
        used = {
            meant for path in self.modules.mentioning(self.aliases.names) for meant in self._still_used(path)
        }
        for (path, name), statement in definitions.items():
            if (path, name) not in used and self.sources[path].in_scope:
                self._unused(path, name, statement)
        for path in sorted({*(v.field.cls.path for v, _ in changed), *self.delete}):
            module = self.modules.get(path)
            assert module is not None
            gone = {old.partition(".")[0] for old in self.retyped.get(path, ())} - {"str"}
            for statement in module.tree.body:
                if span(statement) in self.delete.get(path, ()):
                    gone |= names_in(statement)
            orphans = orphaned_imports(self.modules, module, gone, self._goes(path))
            if orphans:
                self.remove[path] = orphans

    def _goes(self, path: str) -> Callable[[ast.AST, tuple[ast.AST, ...]], bool]:
        """What is no longer there once the edits of a file are made: old annotations and deleted statements."""
        edited = {(edit.path, edit.field) for edit in self.edits.get(path, ())}
        deleted = self.delete.get(path, [])

        def goes(node: ast.AST, ancestors: tuple[ast.AST, ...]) -> bool:
            if len(ancestors) > 1 and isinstance(ancestors[1], ast.stmt) and span(ancestors[1]) in deleted:
                return True
            for index, ancestor in enumerate(ancestors):
                if isinstance(ancestor, ast.AnnAssign) and isinstance(ancestor.target, ast.Name):
                    classes = tuple(a.name for a in ancestors[:index] if isinstance(a, ast.ClassDef))
                    inside = [*ancestors[index + 1 :], node]
                    if (classes, ancestor.target.id) in edited and inside[0] is ancestor.annotation:
                        return self._is_replaced(path, node, ancestors)
            return False

        return goes

    def _is_replaced(self, path: str, node: ast.AST, ancestors: tuple[ast.AST, ...]) -> bool:
        """Whether a name in an edited annotation is (part of) a type that is replaced."""
        chain = [node, *reversed(ancestors)]
        spelled = self.retyped.get(path, set())
        return isinstance(node, ast.Constant) or any(
            isinstance(one, ast.Name | ast.Attribute) and ast.unparse(one) in spelled for one in chain
        )

    def _still_used(self, path: str) -> Iterator[tuple[str, str]]:
        """The aliases that a file uses or imports for others once its edits are made."""
        module = self.modules.get(path)
        if module is None:
            return
        names = self.aliases.local_names(module)
        goes = self._goes(path)
        for node, ancestors in walk_lines(module.tree, lines_with(module.data, names)):
            if isinstance(node, ast.Name | ast.Attribute) and not isinstance(node.ctx, ast.Store):
                meant = self.aliases.means_alias(module, node)
                if meant and not goes(node, ancestors) and not is_local(node, ancestors):
                    yield meant
            elif isinstance(node, ast.Constant) and node.value in self.aliases.names:
                meant = self.aliases.means_alias(module, ast.Name(str(node.value), ast.Load()))
                if meant:
                    yield meant

    def _unused(self, path: str, name: str, statement: ast.stmt) -> None:
        module = self.modules.get(path)
        assert module is not None
        lines = span(statement)
        is_private = (
            name.startswith("_")
            and statement in module.tree.body
            and not shares_lines(module.tree, statement)
        )
        if is_private and path in {*self.edits, *self.insert}:
            self.delete.setdefault(path, []).append(lines)
            if not self.ledger.amend(path, lines[0], f"; {name} goes, because nothing uses it any more"):
                said = f"{name} goes, because nothing uses it any more"
                self.ledger.found(path, lines, 0, Status.CHANGED, None, said, {})
            return
        said = f"nothing in the project uses {name}; it stays because code outside may"
        if not self.ledger.amend(path, lines[0], f"; {said}"):
            self.ledger.found(path, lines, 0, Status.UNCHANGED, Reason.PUBLIC_NAME, said, {})

    def _note(self, changed: list[tuple[Verdict, str]]) -> None:
        path = self.options.note
        if not changed or not path or path in self.sources:
            return
        fields = [
            UrlField(
                model=f"{self.modules.name(v.field.cls.path)}.{v.field.cls.name}",
                field=v.field.name,
                path=v.field.cls.path,
                line=v.field.node.lineno,
                role=v.role.value,
                table=None,
                column=None,
                alias=name,
            )
            for v, name in sorted(changed, key=lambda c: (c[0].field.cls.path, c[0].field.node.lineno))
        ]
        aliases = {v.role.value: name for v, name in changed}
        text = migration_note(fields, strict=self.options.strict, aliases=aliases, stored=self.options.stored)
        self.additions.append(Change(path=path, before=None, after=text.encode()))

    def _file(self, path: str) -> FilePlan:
        add = tuple(self.add.get(path, ()))
        return FilePlan(
            self.ledger.of(path),
            tuple(self.edits.get(path, ())),
            add,
            tuple(self.remove.get(path, ())),
            tuple(self.insert.get(path, ())),
            tuple(self.delete.get(path, ())),
            tuple(
                sorted({m.partition(".")[0] for m, _ in add if self.modules.find(m.partition(".")[0], path)})
            ),
        )


HELPER = "_keep_stored_url"
"""The name of the validator that a stored alias needs."""


def _after_imports(module: Module) -> int:
    """The line after which definitions can go: below the last import at the top level, or the docstring."""
    lines = [span(s)[1] for s in module.tree.body if isinstance(s, ast.Import | ast.ImportFrom)]
    docstring = [span(s)[1] for s in module.tree.body[:1] if isinstance(s, ast.Expr)]
    return max([*lines, *docstring, 0])


def _top(module: Module, field: Field) -> int | None:
    """The index of the top-level class around the field; None when that isn't a plain chain of classes."""
    body: list[ast.stmt] = module.tree.body
    index: int | None = None
    for name in field.cls.name.split("."):
        same = [i for i, s in enumerate(body) if isinstance(s, ast.ClassDef) and s.name == name]
        inner = [i for i in same if span(body[i])[0] <= field.node.lineno <= span(body[i])[1]]
        if len(inner) != 1:
            return None
        index = inner[0] if index is None else index
        body = body[inner[0]].body  # type: ignore[attr-defined]
    return index
