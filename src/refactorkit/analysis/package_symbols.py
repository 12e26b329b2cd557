"""The names of installed packages: like those of a project, from sources that are read when somebody asks for them.

Imports mean what they would at run time in the folders of the environment: no other root of modules is guessed.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterable, Iterator, Mapping

from refactorkit.analysis.definitions import Imported
from refactorkit.analysis.modules import External, ModuleRef
from refactorkit.analysis.symbols import Found, Symbols
from refactorkit.distributions import Distribution, Installed, source
from refactorkit.model import Source

OUTSIDE = frozenset({*sys.stdlib_module_names, *dir(builtins), "builtins", "typing_extensions"})
"""Roots of what the knowledge base answers for, not the environment."""
INITIAL = "/__init__.py"


class PackageSources(Mapping[str, Source]):
    """The sources of all installed distributions by path; each is read at the first question. Those read are listed."""

    def __init__(self, installed: Installed) -> None:
        self.installed = installed
        self._read: dict[str, Source | str] = {}
        self._compiled: dict[str, frozenset[str]] = {}

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and isinstance(self._load(path), Source)

    def __getitem__(self, path: str) -> Source:
        found = self._load(path)
        if isinstance(found, str):
            raise KeyError(path)
        return found

    def __iter__(self) -> Iterator[str]:
        return (path for path, found in self._read.items() if isinstance(found, Source))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def problem(self, path: str) -> str:
        """Why a file can't be gone by; '' for one that can."""
        found = self._load(path)
        return found if isinstance(found, str) else ""

    def _load(self, path: str) -> Source | str:
        if path not in self._read:
            owner = self.installed.owner(path) if path.endswith(".py") else None
            found = source(owner, path) if owner else f"several distributions, or none, have {path}"
            self._read[path] = found if isinstance(found, str) else Source(path=path, data=found)
        return self._read[path]

    def module(self, dotted: str) -> str | None:
        """The file of a module, or the folder with a slash of a namespace package; None for one that isn't Python source
        or isn't installed. What an import finds first comes first."""
        root = dotted.partition(".")[0]
        if root in OUTSIDE:
            return None
        stem = dotted.replace(".", "/")
        owners = self.installed.owners(root)
        for path in (f"{stem}{INITIAL}", f"{stem}.py"):
            if path.removesuffix(".py") in self.compiled(root):
                return None
            if any(path in owner.files for owner in owners):
                return path
        is_folder = any(file.startswith(f"{stem}/") for owner in owners for file in owner.files)
        return f"{stem}/" if is_folder else None

    def compiled(self, root: str) -> frozenset[str]:
        """The modules below a root that are no source, by their paths without suffixes."""
        if root not in self._compiled:
            files = (file for owner in self.installed.owners(root) for file in owner.files)
            self._compiled[root] = frozenset(_stem(file) for file in files if not file.endswith(".py"))
        return self._compiled[root]

    def consulted(self, paths: Iterable[str]) -> dict[str, Distribution]:
        """The distributions that files belong to, by name."""
        owners = (self.installed.owner(path) for path in paths)
        return {owner.name: owner for owner in owners if owner is not None}


def _stem(path: str) -> str:
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{name.partition('.')[0]}"


class PackageSymbols(Symbols):
    """The names in installed packages. What a module makes up when it is asked has no meaning here."""

    def __init__(self, sources: PackageSources) -> None:
        super().__init__({})
        self.sources = sources
        self._files = sources

    def module_name(self, path: str) -> str:
        """The dotted name of a file's module."""
        return path.removesuffix(INITIAL).removesuffix(".py").rstrip("/").replace("/", ".")

    def target(self, module: str, importer: str) -> str | ModuleRef | None:
        """The file, or the external module, that an import statement means."""
        rest = module.lstrip(".")
        if len(rest) < len(module):
            folder = importer.split("/")[: -(len(module) - len(rest))]
            module = ".".join([*folder, *filter(None, [rest])])
            if not folder:
                return None
        path = self._files.module(module)
        return ModuleRef(path) if path else module

    def _lookup(self, path: str, name: str, depth: int) -> Found | None:
        facts = self.outline(path)
        bounds = facts.names.get(name, ()) if facts else ()
        if len({isinstance(b, Imported) and b.is_typing for b in bounds}) > 1:
            return None  # one thing for type checkers, another one when it runs
        if facts and any(not isinstance(self.target(star, path), ModuleRef) for star in facts.stars):
            return None  # nobody can tell what such a star binds
        return super()._lookup(path, name, depth)

    def _lazily(self, path: str, name: str, strings: tuple[str, ...], depth: int) -> Found | None:
        return None

    def _is_bound(self, path: str, name: str) -> bool:
        """Whether a module may bind a name when it runs, not only for type checkers."""
        facts = self.outline(path) if not path.endswith("/") else None
        bounds = facts.names.get(name, ()) if facts else ()
        if facts and facts.stars and not bounds:
            return b"TYPE_CHECKING" not in self.sources[path].data
        return not bounds or any(not (isinstance(b, Imported) and b.is_typing) for b in bounds)

    def resolve_name(self, qualified: str) -> Found | None:
        """What a dotted name means that starts with the name of an installed package."""
        root, *parts = qualified.split(".")
        first = self.target(root, "")
        found: Found | None = first if isinstance(first, ModuleRef) else None
        for part in parts:
            if isinstance(found, ModuleRef) and not self._is_bound(found.path, part):
                return None
            found = self.member(found, part, "") if found is not None else None
            if isinstance(found, External):
                return found if part == parts[-1] else None
        return found
