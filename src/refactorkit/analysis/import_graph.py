"""Which modules importing a module runs: the graph of the imports that happen at import time.

The rules are those of the import system (https://docs.python.org/3/reference/import.html): `import a.b.c` runs
`a/__init__` and `a/b/__init__` first; `from a import b` loads the submodule `b` when `a` doesn't bind the name; a name
that a module `__getattr__` serves loads what its table points to; imports under TYPE_CHECKING never run. A package is
already running when its own submodules are loaded, so that nothing waits for it unless a name is taken from it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence

from refactorkit.analysis.import_facts import FileImports, ImportedName, ImportStatement
from refactorkit.analysis.import_guards import Guard
from refactorkit.analysis.import_loading import Load, Loading
from refactorkit.analysis.import_uses import Use
from refactorkit.analysis.module_names import is_standard
from refactorkit.analysis.modules import ModuleRef, Modules, module_parts
from refactorkit.model import Source

MODULE_NAME = re.compile(r"[a-z][a-z0-9_]*")
"""How PEP 8 has modules named; a name in capitals is a class or a constant."""


class ImportGraph:
    """The project's modules by path, and what each loads when it is imported.

    `loading` is asked for the graph as it is at that moment: hoisting an import adds its loads with `add`, so that decisions
    build on each other.
    """

    def __init__(self, sources: Mapping[str, Source], files: Mapping[str, FileImports]) -> None:
        self._files = files
        self._modules = Modules(sources)
        self._by_name: dict[tuple[str, str], str | None] = {}
        self._lazy_homes: dict[tuple[str, str], tuple[str, ...]] = {}
        self._names: dict[str, str] = {}
        self._packages: dict[str, tuple[str, ...]] = {}
        self.loading = Loading(files, self.packages)
        for path, file in files.items():
            for statement in file.statements:
                if statement.runs_on_import:
                    self.add(path, self.loads(path, statement), not set(statement.guards) - {Guard.WITH})
        for path, file in files.items():
            for home, function in dict.fromkeys(f for name in file.called for f in self._meant(path, name)):
                self._may_run(path, home, function)

    def _meant(self, path: str, dotted: str) -> Iterator[tuple[str, str]]:
        """The file and the top-level name in it that a call at import time may mean."""
        root, _, rest = dotted.partition(".")
        yield path, root
        for statement in self._files[path].statements:
            for name in statement.names if statement.runs_on_import else ():
                if name.bound != root:
                    continue
                if not statement.is_from:
                    whole = f"{name.name}.{rest}" if name.alias else dotted
                    owner = self.module_of(path, whole.rpartition(".")[0]) if "." in whole else None
                    if owner:
                        yield owner, whole.rpartition(".")[2]
                    continue
                owner = self.module_of(path, statement.module)
                if owner is None:
                    continue
                sub = self.submodule(owner, name.name)
                if sub and rest:
                    yield sub, rest.partition(".")[0]
                yield self.home(owner, name.name) or owner, name.name

    def _may_run(self, caller: str, path: str, function: str) -> None:
        """Let what a function of a file imports count for the file that calls it while it is imported itself."""
        file = self._files.get(path)
        for statement in file.statements if file else ():
            owner, _, inner = statement.scope.partition(".")
            is_plain_method = owner[:1].isupper() and not inner.startswith(
                "__"
            )  # making an object runs others
            if statement.is_deferred and owner == function and not is_plain_method:
                self.loading.may_load(caller, self.loads(path, statement))

    def name(self, path: str) -> str:
        """The dotted name of a file of the project."""
        found = self._names.get(path)
        if found is None:
            found = self._names[path] = self._modules.name(path)
        return found

    def files(self) -> Mapping[str, FileImports]:
        """The import statements of each file that could be parsed."""
        return self._files

    def star_imported(self) -> set[str]:
        """The files without `__all__` of which others take every name."""
        found = {
            self.module_of(path, statement.module)
            for path, file in self._files.items()
            for statement in file.statements
            if statement.is_from and any(name.name == "*" for name in statement.names)
        }
        return {path for path in found if path and path in self._files and self._files[path].exported is None}

    def add(self, path: str, loads: Sequence[Load], is_sure: bool = True) -> None:
        """Let importing `path` load these too; `is_sure` says that it can't go on without them."""
        self.loading.add(path, loads, is_sure)

    def packages(self, path: str) -> tuple[str, ...]:
        """The `__init__` files that run before a file of the project, the outermost first."""
        known = self._packages.get(path)
        if known is None:
            known = self._packages[path] = tuple(self._find_packages(path))[::-1]
        return known

    def _find_packages(self, path: str) -> Iterator[str]:
        folder = path.rpartition("/")[0]
        if path.endswith("/__init__.py"):
            folder = folder.rpartition("/")[0]
        while folder:
            init = f"{folder}/__init__.py"
            if (
                init in self._files
            ):  # a folder without one, below a package, is a namespace in between (PEP 420)
                yield init
            folder = folder.rpartition("/")[0]

    def module_of(self, path: str, module: str) -> str | None:
        """The file that `module` means in an import statement of the file `path`; None outside of the project."""
        key = path.rpartition("/")[0], module
        if key not in self._by_name:
            owner = self._modules.absolute(module, path)
            found = owner.path if isinstance(owner, ModuleRef) else None
            if found and module.partition(".")[0] in sys.stdlib_module_names:
                root = found.rpartition("/" + module.partition(".")[0])[0]
                found = (
                    found if path.startswith(f"{root}/") or not root else None
                )  # else the standard one comes first
            self._by_name[key] = found
        return self._by_name[key]

    def home(self, path: str, name: str, depth: int = 12) -> str | None:
        """The file that defines `name` of the module at `path`, through plain re-exports and lazy tables; None if unclear."""
        file = self._files.get(path)
        if file is None or depth == 0:
            return None
        if name in file.bindings:
            origins = [
                (s, n.name)
                for s in file.statements
                if s.runs_on_import and s.is_from
                for n in s.names
                if n.bound == name
            ]
            if not origins:
                return path
            statement, original = origins[0]
            if len(origins) > 1 or statement.guards or name in file.rebound or name in file.globals:
                return None
            owner = self.module_of(path, statement.module)
            if owner is None or owner.endswith("/"):
                return None
            if original not in self._bindings(owner) and self.submodule(owner, original):
                return None  # the name is a module
            return self.home(owner, original, depth - 1)
        homes = self.lazy_homes(path, name)
        return self.home(homes[0], name, depth - 1) if len(homes) == 1 else None

    def _bindings(self, path: str) -> tuple[str, ...]:
        file = self._files.get(path)
        return file.bindings if file else ()

    def submodule(self, package: str, name: str) -> str | None:
        """The file of the submodule `name` of the package with this `__init__` file or folder."""
        if not package.endswith(("/", "/__init__.py")) and package != "__init__.py":
            return None
        folder = package.rpartition("/")[0]
        stem = f"{folder}/{name}" if folder else name
        for path in (f"{stem}.py", f"{stem}/__init__.py"):
            if path in self._files:
                return path
        return None

    def lazy_homes(self, path: str, name: str) -> tuple[str, ...]:
        """The files of which a module `__getattr__` at `path` takes `name`, as far as its tables show."""
        key = path, name
        if key not in self._lazy_homes:
            self._lazy_homes[key] = tuple(dict.fromkeys(self._from_table(path, name)))
        return self._lazy_homes[key]

    def _from_table(self, path: str, name: str) -> Iterator[str]:
        file = self._files.get(path)
        for row in (file.lazy or ()) if file else ():
            if row.name != name:
                continue
            for text in row.strings:
                module = text.replace(":", ".")
                for dotted in (module, module.rpartition(".")[0]):
                    found = self.module_of(path, dotted) if dotted.strip(".") else None
                    if found and name in self._bindings(found):
                        yield found
                        break

    def loads(self, path: str, statement: ImportStatement) -> tuple[Load, ...]:
        """What an import statement of the file `path` loads, in order, each once."""
        found: dict[str, Load] = {}
        modules = [statement.module] if statement.is_from else [n.name for n in statement.names]
        for module in modules:
            owner = self.module_of(path, module)
            if owner is None:
                names = statement.names if statement.is_from else ()
                for load in (*_outside(module), *_outside_names(module, names)):
                    found.setdefault(load.target, load)
                continue
            for package in self.packages(owner):
                found.setdefault(package, Load(package, True, False))
            if not owner.endswith("/"):
                found[owner] = Load(owner, True, statement.is_from)
            if statement.is_from:
                found.update(self._of_names(owner, statement))
        return tuple(found.values())

    def _of_names(self, owner: str, statement: ImportStatement) -> dict[str, Load]:
        """What taking the names from the module `owner` loads beside it."""
        found: dict[str, Load] = {}
        takes_a_name = False
        bindings = self._bindings(owner)
        for name in statement.names:
            sub = self.submodule(owner, name.name)
            if sub and (name.name not in bindings or self._imports_submodule(owner, name.name)):
                found[sub] = Load(sub, True)
                continue
            takes_a_name = True
            if name.name in bindings or name.name == "*":
                continue
            for home in self.lazy_homes(owner, name.name):
                for package in self.packages(home):
                    found.setdefault(package, Load(package, True, False))
                found[home] = Load(home, True)
        if not takes_a_name and not owner.endswith("/"):
            found[owner] = Load(owner, True, False)
        return found

    def _imports_submodule(self, package: str, name: str) -> bool:
        """Whether the package's `__init__` binds `name` by importing its own submodule, and in no other way.

        Then it doesn't matter how far the package has got: `from package import name` loads what isn't there yet.
        """
        file = self._files[package]
        origins = [s for s in file.statements if s.runs_on_import for n in s.names if n.bound == name]
        return (
            len(origins) == 1
            and name not in file.rebound
            and any(n.name == name and n.bound == name for n in origins[0].names)
            and origins[0].is_from
            and self.module_of(package, origins[0].module) == package
        )

    def cycle(self, path: str, loads: Iterable[Load]) -> tuple[str, ...] | None:
        """The shortest cycle of files that these loads of `path` would close, from `path` to `path`; None without one."""
        return self.loading.cycle(path, loads)

    def taken_from(self, path: str) -> set[str]:
        """The names that other files import from this one, `*` for all."""
        return {
            name.name
            for other, file in self._files.items()
            if other != path
            for statement in file.statements
            if statement.is_from and self.module_of(other, statement.module) == path
            for name in statement.names
        }


def _outside(module: str) -> Iterator[Load]:
    parts = module.split(".")
    for length in range(1, len(parts) + 1):
        yield Load(".".join(parts[:length]), False)


def _outside_names(module: str, names: Iterable[ImportedName]) -> Iterator[Load]:
    """The submodules that a from-import may load: names that look like a module's and aren't called."""
    for name in names:
        if Use.CALLED in name.uses or not MODULE_NAME.fullmatch(name.name):
            continue
        if module.partition(".")[0] not in sys.stdlib_module_names or is_standard(f"{module}.{name.name}"):
            yield Load(f"{module}.{name.name}", False)


def is_package(path: str) -> bool:
    """Whether the file is a package's `__init__`."""
    return module_parts(path) != tuple(path.rsplit(".", 1)[0].split("/"))


__all__ = ["ImportGraph", "Load", "is_package"]
