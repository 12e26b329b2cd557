"""Which files of a project are modules, under which names they are imported, and which modules its users start."""

from __future__ import annotations

import ast
import configparser
import tomllib
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from refactorkit.analysis.import_facts import FileImports, ImportStatement, file_imports
from refactorkit.analysis.import_guards import Guard
from refactorkit.analysis.modules import Modules
from refactorkit.model import Source
from refactorkit.syntax import syntax_tree

ABOVE = ".."
"""The folder around the project, from which a project that is itself a package is imported."""
HARMLESS = (
    ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign,
)  # fmt: skip


class Module(Struct, frozen=True):
    """A module of the project: its file, its dotted name, and the folder (from the project's root) on sys.path."""

    path: str
    name: str
    folder: str

    @property
    def root(self) -> str:
        """The top-level package or module."""
        return self.name.partition(".")[0]


class Project:
    """The modules of a project by path, and what they import from outside of it.

    `root_name` is the name of the project's folder, which counts when that folder is itself a package.
    `scripts` are the files that only run as programs: nothing imports them, and importing them would run them.
    """

    def __init__(self, sources: Mapping[str, Source], root_name: str) -> None:
        self._sources = sources
        self._root_name = root_name
        self._files = file_imports.of(sources.values()).facts
        self._depths = _depths(sources, self._files)
        self.modules: dict[str, Module] = {}
        self.scripts: list[str] = []
        for path in sorted(sources):
            module = self.module_of(path)
            if module is None:
                continue
            if self._is_program(path, module):
                self.scripts.append(path)
            else:
                self.modules[path] = module

    def module_of(self, path: str) -> Module | None:
        """The module that a file is, or would be if it were there; None for one that can't be imported by a name."""
        parts = path.removesuffix(".py").split("/")
        if not path.endswith(".py") or parts[-1] == "__main__":
            return None
        if parts[-1] == "__init__":
            parts.pop()
        start = self._start(parts, path)
        folder = "/".join(parts[:start])
        if start < 0:
            parts, folder, start = [self._root_name, *parts], ABOVE, 0
        name = parts[start:]
        if not name or not all(part.isidentifier() for part in name):
            return None
        return Module(path, ".".join(name), folder)

    def _start(self, parts: list[str], path: str) -> int:
        """How many folders lead to the one on sys.path; -1 for the one around the project."""
        unit = _unit(path, self._sources)
        start = unit.count("/") - (1 if unit.endswith("/__init__.py") else 0)
        if unit == "__init__.py":
            return -1
        if unit in self._depths:
            return min(start, self._depths[unit])
        return parts[:start].index("src") + 1 if "src" in parts[:start] else start

    def _is_program(self, path: str, module: Module) -> bool:
        """Whether the file stands in no package, is imported by none, and does something when it runs."""
        if module.name == "setup":
            return True
        if "." in module.name or path in self._depths or path.endswith("__init__.py"):
            return False
        try:
            body = syntax_tree(self._sources[path].data).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return True
        return not all(_is_harmless(statement) for statement in body)

    def outside(self, paths: Iterable[str]) -> list[str]:
        """The modules outside of the project that these files import for certain, each once."""
        inside = {module.root for module in self.modules.values()}
        found: dict[str, None] = {}
        for path in paths:
            file = self._files.get(path, FileImports())
            found.update(dict.fromkeys(name for s in file.statements for name in _certain(s)))
        return [name for name in found if name.partition(".")[0] not in inside]

    def named(self, dotted: Iterable[str]) -> list[Module]:
        """The modules of these names that the project has."""
        wanted = set(dotted)
        return [module for module in self.modules.values() if module.name in wanted]


def _unit(path: str, sources: Mapping[str, Source]) -> str:
    """The `__init__` of the outermost package around a file; the file itself outside of packages."""
    unit, folder = path, path.rpartition("/")[0]
    while (init := f"{folder}/__init__.py".lstrip("/")) in sources:
        unit = init
        if not folder:
            break
        folder = folder.rpartition("/")[0]
    return unit


def _depths(sources: Mapping[str, Source], files: Mapping[str, FileImports]) -> dict[str, int]:
    """How many folders lead to the one on sys.path, for each unit of which the project imports something by its full name.

    Namespace packages have no `__init__` that would tell: of several names, the longest decides.
    """
    modules = Modules(sources)
    found: dict[str, int] = {}
    seen: set[tuple[str, str]] = set()
    for path, file in files.items():
        for name in {name for statement in file.statements for name in _absolute(statement)}:
            key = (path.partition("/")[0], name)
            if key in seen:
                continue
            seen.add(key)
            target = modules.find(name, path)
            if target is not None and target != path:
                depth = len(target.removesuffix("/__init__.py").split("/")) - len(name.split("."))
                unit = _unit(target, sources)
                found[unit] = min(depth, found.get(unit, depth))
    return found


def _absolute(statement: ImportStatement) -> Iterator[str]:
    if not statement.is_from:
        yield from (name.name for name in statement.names)
    elif not statement.module.startswith("."):
        yield statement.module
        yield from (f"{statement.module}.{name.name}" for name in statement.names)


def _certain(statement: ImportStatement) -> Iterator[str]:
    """The modules that the statement imports whenever its file is imported."""
    if statement.runs_on_import and not set(statement.guards) - {Guard.WITH}:
        if not statement.is_from:
            yield from (name.name for name in statement.names)
        elif not statement.module.startswith((".", "__future__")):
            yield statement.module


def _is_harmless(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return True
        case ast.If() | ast.Try():
            inner = [*statement.body, *statement.orelse]
            if isinstance(statement, ast.Try):
                inner += [s for handler in statement.handlers for s in handler.body]
            return all(isinstance(s, ast.Pass) or _is_harmless(s) for s in inner)
        case _:
            return isinstance(statement, HARMLESS)


def started_modules(configuration: Mapping[str, bytes]) -> list[str]:
    """The modules of the console and GUI scripts that pyproject.toml and setup.cfg declare, dotted, sorted."""
    found: set[str] = set()
    for path, data in configuration.items():
        text = data.decode("utf-8", "replace")
        if path.endswith("pyproject.toml"):
            found |= _in_pyproject(text)
        elif path.endswith("setup.cfg"):
            found |= _in_setup_cfg(text)
    return sorted(found)


def _in_pyproject(text: str) -> set[str]:
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError):
        return set()
    tool = document.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    tables = [
        table.get(key)
        for table in (document.get("project"), poetry)
        if isinstance(table, dict)
        for key in ("scripts", "gui-scripts")
    ]
    targets = [t for table in tables if isinstance(table, dict) for t in table.values()]
    return {t.partition(":")[0].strip() for t in targets if isinstance(t, str)}


def _in_setup_cfg(text: str) -> set[str]:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
    except configparser.Error:
        return set()
    lines: list[str] = []
    for kind in ("console_scripts", "gui_scripts"):
        lines += parser.get("options.entry_points", kind, fallback="").splitlines()
    return {line.partition("=")[2].partition(":")[0].strip() for line in lines if "=" in line}
