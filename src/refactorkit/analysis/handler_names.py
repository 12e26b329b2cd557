"""How exception types are written in a module: as it imports them already, or with an import that does no harm."""

from __future__ import annotations

import builtins
import re
from collections.abc import Sequence

from msgspec import Struct, structs

from refactorkit.analysis.definitions import Imported
from refactorkit.analysis.import_facts import file_imports
from refactorkit.analysis.import_graph import ImportGraph, Load
from refactorkit.analysis.local_imports import local_imports
from refactorkit.analysis.module_names import NOT_EVERYWHERE, is_standard
from refactorkit.analysis.package_questions import Packages
from refactorkit.analysis.raise_facts import TopImport
from refactorkit.analysis.raise_files import RaiseFiles
from refactorkit.analysis.raise_types import ExceptionTypes, Raisable
from refactorkit.analysis.star_names import may_replace
from refactorkit.analysis.symbols import External, Member, ModuleRef, Ref, Symbols
from refactorkit.analysis.values import Place
from refactorkit.raise_knowledge import is_named

OLD_NAMES = ("IOError", "EnvironmentError")
"""Aliases of OSError that a module may write throughout."""
OWN = {
    "json.JSONDecodeError": ("msg", "doc", "pos", "lineno", "colno"),
    "subprocess.CalledProcessError": ("returncode", "cmd", "output", "stdout", "stderr"),
    "subprocess.TimeoutExpired": ("timeout", "cmd", "output", "stdout", "stderr"),
    "re.error": ("msg", "pattern", "pos", "lineno", "colno"),
    "urllib.error.URLError": ("reason",),
    "urllib.error.HTTPError": ("reason", "code", "headers", "url"),
}
"""Attributes of exceptions of the standard library that their objects have."""


class Spelling(Struct, frozen=True):
    """A type as it is written in a module, and what has to be imported for it: (module, name), as `edit_imports` takes it."""

    text: str
    add: tuple[str, str] | None = None
    kind: Raisable = ""


class Names:
    """Spells exception types, module by module."""

    def __init__(
        self, symbols: Symbols, files: RaiseFiles, kinds: ExceptionTypes, packages: Packages
    ) -> None:
        self._kinds = kinds
        self._packages = packages
        self._symbols = symbols
        self._files = files
        self._graph: ImportGraph | None = None
        self._is_real = True

    def spell(self, kind: Raisable, place: Place, line: int, is_real: bool = True) -> Spelling | None:
        """How to write a type at a place, in a handler on a line; None when there is no safe way. What is only told to
        people (`is_real` is False) may still close an import cycle."""
        self._is_real = is_real
        found = self._local(kind, place, line)
        if found is not None:
            return structs.replace(found, kind=kind)
        found = self._library(kind, place, line) if isinstance(kind, str) else self._own(kind, place, line)
        if found is None or is_shadowed(found.text.partition(".")[0], place):
            return None
        return structs.replace(found, kind=kind)

    def _library(self, kind: str, place: Place, line: int) -> Spelling | None:
        # what is imported by name is there for whoever wrote the import
        is_everywhere = is_named(kind, self._kinds.python)
        if "." not in kind:
            return self._builtin(kind, place.path) if is_everywhere else None
        module, _, last = kind.rpartition(".")
        for bound in self._bound(place.path, line):
            if text := self._through(bound, kind, place.path):
                return Spelling(text) if is_everywhere or text == bound.bound else None
        return self._imported(module, last, place, line) if is_everywhere else None

    def _local(self, kind: Raisable, place: Place, line: int) -> Spelling | None:
        """By an import that the function around has run before."""
        if place.scope is None or not isinstance(kind, str) or "." not in kind:
            return None
        for bound in local_imports(self._symbols.sources[place.path].data, place, line):
            text = self._through(bound, kind, place.path)
            if text and (text == bound.bound or is_named(kind, self._kinds.python)):
                return Spelling(text)
        return None

    def _through(self, bound: TopImport, kind: str, path: str) -> str:
        """How a type of a library is written with the name that an import binds; '' for an import of something else."""
        module, _, last = kind.rpartition(".")
        if self._module_of(bound, path) is not None:
            return ""
        if bound.attribute is None:
            is_home = bound.module == module or self._kinds.bare(f"{bound.module}.{last}") == kind
            return f"{bound.bound}.{last}" if is_home else ""
        if self._kinds.bare(f"{bound.module}.{bound.attribute}") == kind:
            return bound.bound
        is_home = self._kinds.bare(f"{bound.module}.{bound.attribute}.{last}") == kind
        return f"{bound.bound}.{last}" if is_home else ""

    def _imported(self, module: str, last: str, place: Place, line: int) -> Spelling | None:
        """With an import of its own: of the standard library, or of a package that the module relies on already."""
        if any(part.startswith("_") or not part.isidentifier() for part in (*module.split("."), last)):
            return None
        if self._packages.owns(f"{module}.{last}") and not self._runs_anyway(module, place, line):
            return None
        if not isinstance(self._symbols.target(module, place.path), str):
            return None
        tops = [
            b for b in self._bound(place.path, line) if b.module.partition(".")[0] == module.partition(".")[0]
        ]
        if not is_standard(module) and not tops:
            return None
        if (
            module.partition(".")[0] in NOT_EVERYWHERE
            and not tops
            and not self._is_loaded(module, place.path)
        ):
            return None
        has_host = any(b.module == module and b.attribute is not None for b in tops)
        if has_host or not is_standard(module):
            return Spelling(last, (module, last)) if self._is_free(last, place) else None
        root = module.partition(".")[0]
        is_bound = any(
            b.attribute is None and b.bound.partition(".")[0] == root == b.module.partition(".")[0]
            for b in tops
        )
        if is_bound or self._is_free(root, place):
            return Spelling(f"{module}.{last}", ("", module))
        return None

    def _runs_anyway(self, module: str, place: Place, line: int) -> bool:
        """Whether a module of a package runs anyway when this one is imported: it is imported above, or is around one that is."""
        if not self._packages.has_module(module):
            return False
        loaded = [b.module for b in self._bound(place.path, line)]
        loaded += [f"{b.module}.{b.attribute}" for b in self._bound(place.path, line) if b.attribute]
        return any(name == module or name.startswith(f"{module}.") for name in loaded)

    def _is_free(self, name: str, place: Place) -> bool:
        """Whether a module has no other use for a name at module level."""
        facts = self._symbols.outline(place.path)
        data = self._symbols.sources[place.path].data
        if facts is None or name in facts.names or facts.stars or hasattr(builtins, name):
            return False
        return re.search(rb"(?<![\w.])" + name.encode() + rb"(?!\w)[ \t]*(?:=(?!=)|,)", data) is None

    def _builtin(self, kind: str, path: str) -> Spelling | None:
        data = self._symbols.sources[path].data
        if kind == "OSError" and b"OSError" not in data:
            for old in OLD_NAMES:
                if re.search(rb"\b" + old.encode() + rb"\b", data) and self._means_builtin(old, path):
                    return Spelling(old)
        return Spelling(kind) if self._means_builtin(kind, path) else None

    def _means_builtin(self, name: str, path: str) -> bool:
        facts = self._symbols.outline(path)
        targets = [self._symbols.target(star, path) for star in facts.stars] if facts else []
        for (
            target
        ) in targets:  # what a star import from outside binds isn't known, but for the standard library
            if isinstance(target, str) and may_replace(target, name):
                return False
        if facts is None:
            return False
        return self._symbols.lookup(path, name) == External(f"builtins.{name}")

    def _own(self, kind: Ref, place: Place, line: int) -> Spelling | None:
        """A class of the project: of this file, as it is imported here, or with an import that closes no cycle."""
        if "<locals>" in kind.name:
            return None
        root = kind.name.partition(".")[0]
        if kind.path == place.path:
            facts = self._symbols.cls(Ref(kind.path, root))
            is_above = facts is not None and (place.index > 0 or facts.line < line)
            means = self._symbols.lookup(place.path, root)
            return Spelling(kind.name) if is_above and means == Ref(kind.path, root) else None
        for bound in self._bound(place.path, line):
            fact = Imported(bound.module, bound.attribute, False, bound.line)
            found = self._symbols.imported(place.path, fact)
            if found == Ref(kind.path, root):
                return Spelling(f"{bound.bound}{kind.name[len(root) :]}")
            if found == ModuleRef(kind.path):
                return Spelling(f"{bound.bound}.{kind.name}")
        return self._own_imported(kind, root, place, line)

    def _own_imported(self, kind: Ref, root: str, place: Place, line: int) -> Spelling | None:
        if not self._is_free(root, place):
            return None
        module = self._symbols.module_name(kind.path)
        hosts = [
            b
            for b in self._bound(place.path, line)
            if b.attribute and self._module_of(b, place.path) == kind.path
        ]
        if hosts:
            return Spelling(kind.name, (hosts[0].module, root))
        if self._symbols.target(module, place.path) != ModuleRef(kind.path):
            return None
        if self._is_real and not self._is_harmless(place.path, kind.path):
            return None
        return Spelling(kind.name, (module, root))

    def _module_of(self, bound: TopImport, path: str) -> str | None:
        """The project's file that an import takes its name from."""
        found = self._symbols.target(bound.module, path)
        return found.path if isinstance(found, ModuleRef) else None

    def _bound(self, path: str, line: int) -> Sequence[TopImport]:
        """The imports above a line that nothing else at module level binds again."""
        facts, outline = self._files.facts(path), self._symbols.outline(path)
        if facts is None or outline is None:
            return ()
        return [
            b
            for b in facts.imports
            if b.line < line and _is_sole(outline.names.get(b.bound.partition(".")[0], ()))
        ]

    def _is_harmless(self, path: str, target: str) -> bool:
        """Whether a file can import another one at its top: that closes no cycle of imports at run time, and runs nothing
        that isn't run anyway. A module that is loaded only later may need what isn't installed everywhere."""
        graph = self._imports()
        if path not in graph.files() or target not in graph.files():
            return False
        return self._is_loaded(target, path) and not graph.cycle(path, [Load(target, True)])

    def _is_loaded(self, target: str, path: str) -> bool:
        """Whether a module, a file of the project or a dotted name, is loaded whenever importing a file succeeds."""
        loading = self._imports().loading
        return bool(loading.loaded_surely(loading.numbers([path])) >> loading.number(target) & 1)

    def _imports(self) -> ImportGraph:
        if self._graph is None:
            facts = file_imports.of(self._symbols.sources.values()).facts
            self._graph = ImportGraph(self._symbols.sources, facts)
        return self._graph

    def has_attribute(self, kind: Raisable, name: str) -> bool:
        """Whether every exception of a type has an attribute, as far as it is known."""
        if hasattr(BaseException, name) or name in ("__notes__",):
            return name != "__notes__"
        if isinstance(kind, str):
            found = getattr(builtins, kind, None)
            if self._packages.has_attribute(kind, name):
                return True
            return (isinstance(found, type) and hasattr(found, name)) or name in OWN.get(kind, ())
        for base in self._symbols.order(kind):
            if isinstance(base, External):
                if self.has_attribute(self._kinds.bare(base.qualified), name):
                    return True
            elif base is not None and (facts := self._symbols.cls(base)) and name in facts.attributes:
                return True
        return isinstance(self._symbols.attribute(kind, name), Member)


def _is_sole(bounds: Sequence[object]) -> bool:
    """Whether all that binds a name are imports of one thing that run."""
    plain = [b for b in bounds if isinstance(b, Imported) and not b.is_typing]
    return bool(plain) and len(plain) == len(bounds) and len({(b.module, b.attribute) for b in plain}) == 1


def is_shadowed(name: str, place: Place) -> bool:
    """Whether a function or class around binds the name itself."""
    while place.scope is not None:
        scope = place.scope
        if name in scope.names or any(p.name == name for p in scope.function.parameters):
            return True
        place = place.around
    return False
