"""The project's modules: which file a dotted name means, and what a name in a module stands for.

Names are resolved as Python does at import time, from `ast` alone: through imports, re-exports by packages, aliased and
relative imports, star imports and attribute chains. What can't be followed is an `External` with the name as far as it
is known, so that a caller can tell `pydantic.BaseModel` from something unknown.
"""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections.abc import Iterator, Mapping

from msgspec import Struct

from refactorkit.analysis.files import Files, folders_above, import_around
from refactorkit.analysis.walk_lines import positions
from refactorkit.model import Source
from refactorkit.syntax import syntax_tree

FROM = re.compile(rb"[ \t]*from[ \t]+([.\w]+)[ \t]+$")
STAR = re.compile(rb"^from[ \t]+[.\w]+[ \t]+import[ \t]*\*", re.MULTILINE)
DEPTH = 24
"""How many re-exports are followed before a name counts as unresolvable; real chains have two or three."""


class Imported(Struct, frozen=True):
    """`from module import attribute` (attribute None: `import module`, binding the module itself).

    `module` is dotted and absolute, or starts with one dot a level when it is relative.
    """

    module: str
    attribute: str | None


class Defined(Struct, frozen=True):
    """A class, function or assignment of the module itself."""

    node: ast.stmt


Binding = Imported | Defined


class Symbol(Struct, frozen=True):
    """Something defined in a file of the project: the file's path, the name there and the defining statement."""

    path: str
    name: str
    node: ast.stmt

    @property
    def key(self) -> tuple[str, str]:
        """What identifies the symbol."""
        return self.path, self.name


class External(Struct, frozen=True):
    """A name that leads outside of the project's files, dotted: `pydantic.BaseModel`, or `builtins.str`."""

    qualified: str


class ModuleRef(Struct, frozen=True):
    """A module or package of the project, by the path of its file."""

    path: str


Resolved = Symbol | External | ModuleRef


class Module:
    """One parsed file: its tree and what its names are bound to at module level."""

    def __init__(self, path: str, data: bytes, tree: ast.Module) -> None:
        self.path = path
        self.data = data
        self.tree = tree
        self.bindings: dict[str, list[Binding]] = {}
        self.stars: list[str] = []
        for statement in top_level(tree.body):
            self._bind(statement)

    def _bind(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Import():
                for alias in statement.names:
                    if alias.asname:
                        self._add(alias.asname, Imported(alias.name, None))
                    else:
                        root = alias.name.partition(".")[0]
                        self._add(root, Imported(root, None))
            case ast.ImportFrom():
                module = "." * statement.level + (statement.module or "")
                for alias in statement.names:
                    if alias.name == "*":
                        self.stars.append(module)
                    else:
                        self._add(alias.asname or alias.name, Imported(module, alias.name))
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                self._add(statement.name, Defined(statement))
            case ast.Assign():
                for target in statement.targets:
                    for node in ast.walk(target):
                        if isinstance(node, ast.Name):
                            self._add(node.id, Defined(statement))
            case ast.AnnAssign(target=ast.Name(id=name)):
                self._add(name, Defined(statement))
            case _ if type(statement).__name__ == "TypeAlias":  # Python 3.12: `type X = ...`
                self._add(statement.name.id, Defined(statement))  # type: ignore[attr-defined]
            case _:
                pass

    def _add(self, name: str, binding: Binding) -> None:
        self.bindings.setdefault(name, []).append(binding)

    def is_package(self) -> bool:
        """Whether the file is a package's `__init__`."""
        return self.path.rpartition("/")[2].startswith("__init__.")


def top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run at import time, those inside `if`, `try` and `with` included, in order."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.If | ast.Try | ast.With | ast.For | ast.While):
            yield from top_level(statement.body)
            yield from top_level(getattr(statement, "orelse", []))
            yield from top_level(getattr(statement, "finalbody", []))
            for handler in getattr(statement, "handlers", []):
                yield from top_level(handler.body)


class Modules(Files):
    """All Python files of a project. Each is parsed at most once, and only when somebody asks for it.

    `failures` holds those that could not be parsed, each with why.
    """

    def __init__(self, sources: Mapping[str, Source]) -> None:
        super().__init__(sources)
        self.failures: dict[str, str] = {}
        self._parsed: dict[str, Module | None] = {}
        self._found: dict[tuple[str, str], str | None] = {}
        self._folders = folders_above(sources)
        self._by_tail: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for path in sources:
            parts = module_parts(path)
            if parts:
                self._by_tail.setdefault(parts[-1], []).append((parts, path))

    def get(self, path: str) -> Module | None:
        """The parsed file, or None when it isn't there or isn't valid Python."""
        if path not in self._parsed:
            self._parsed[path] = self._parse(path)
        return self._parsed[path]

    def _parse(self, path: str) -> Module | None:
        source = self._sources.get(path)
        if source is None:
            return None
        try:
            return Module(path, source.data, syntax_tree(source.data))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            self.failures[path] = describe(error)
            return None

    def referring(self, symbol_path: str, name: str) -> list[str]:
        """The files that can refer to the top-level `name` of the file `symbol_path`: a cheap, generous choice.

        Only such files are worth parsing: the defining one, those that read `.name` of something they import, those
        that import the name from where it may come from that file, and those with a star import.
        """
        short = name.rpartition(".")[2].encode()
        chosen = []
        for path in self.mentioning({short.decode()}):
            data = self._sources[path].data
            if (
                path == symbol_path
                or "." in name
                or (b"import *" in data and STAR.search(data))
                or any(self._may_mean(path, data, at, short, symbol_path) for at in positions(data, short))
            ):
                chosen.append(path)
        return chosen

    def _may_mean(self, path: str, data: bytes, at: int, word: bytes, symbol_path: str) -> bool:
        """Whether the word at this place can lead to the file: as an attribute of an import, or imported by name."""
        if data[at - 1 : at] == b".":
            return self.reads_an_import(path, data, at)
        start = import_around(data, at)
        if start is None:
            return False
        match = FROM.match(data, data.rfind(b"\n", 0, start) + 1, start)
        if match is None:
            return True
        owner = self.absolute(match.group(1).decode(), path)
        return isinstance(owner, ModuleRef) and self.could_be(owner, word.decode(), symbol_path)

    def could_be(self, owner: ModuleRef, name: str, symbol_path: str) -> bool:
        """Whether `name` of a module of the project can be the one that the file `symbol_path` defines.

        A module that holds `class name` at its left margin and nowhere imports the name is told apart without parsing.
        """
        if owner.path == symbol_path:
            return True
        source = self._sources.get(owner.path)
        if source is not None and owner.path not in self._parsed:
            word = name.encode()
            own = [p for p in positions(source.data, word) if source.data[p - 7 : p] == b"\nclass "]
            if own and all(import_around(source.data, p) is None for p in positions(source.data, word)):
                return False
        found = self.member(owner, name, near=owner.path)
        return not isinstance(found, Symbol) or found.path == symbol_path

    @staticmethod
    def local_names(module: Module, words: set[str]) -> set[str]:
        """The words, and the names under which the module imports any of them."""
        aliases = {
            name
            for name, bindings in module.bindings.items()
            if any(isinstance(b, Imported) and b.attribute in words for b in bindings)
        }
        return words | aliases

    def find(self, dotted: str, near: str) -> str | None:
        """The file that `import dotted` in the file `near` would load, or None for a module outside the project.

        Packages may lie anywhere (`src/`, a monorepo, namespace packages without `__init__`): of several candidates
        the one that shares the longest folder prefix with `near` wins, as it would be on the same source root.
        """
        if (dotted, near) not in self._found:
            self._found[dotted, near] = self._find(dotted, near)
        return self._found[dotted, near]

    def _find(self, dotted: str, near: str) -> str | None:
        wanted = tuple(dotted.split("."))
        candidates = [
            (parts, path)
            for parts, path in self._by_tail.get(wanted[-1], ())
            if parts[-len(wanted) :] == wanted and self._is_root(parts[: -len(wanted)], path)
        ]
        if not candidates:
            return None
        here = near.split("/")
        return max(candidates, key=lambda c: (_shared(here, c[1].split("/")), -len(c[0])))[1]

    def _is_root(self, folder: tuple[str, ...], path: str) -> bool:
        """Whether `folder` can be on sys.path: it isn't a package itself."""
        return not folder or not any(
            "/".join((*folder, name)) in self._sources for name in ("__init__.py", "__init__.pyi")
        )

    def absolute(self, module: str, importer: str) -> str | ModuleRef | None:
        """The file that an import statement's module means: a path's ModuleRef, a dotted external name, or None."""
        if not module.startswith("."):
            path = self.find(module, importer)
            return ModuleRef(path) if path else module
        level = len(module) - len(module.lstrip("."))
        folder = importer.split("/")[:-level]
        rest = module.lstrip(".")
        if level >= len(importer.split("/")) + 1:
            return None
        return self._in_folder(folder + (rest.split(".") if rest else []))

    def _in_folder(self, parts: list[str]) -> ModuleRef | None:
        stem = "/".join(parts)
        names = (f"{stem}/__init__.py", f"{stem}/__init__.pyi") if stem else ("__init__.py",)
        for name in (f"{stem}.py", *names, f"{stem}.pyi"):
            if name in self._sources:
                return ModuleRef(name)
        return ModuleRef(stem + "/") if stem + "/" in self._folders else None

    def name(self, path: str) -> str:
        """The dotted name of a file's module: from the topmost folder that is a package, or its own name; '' at the root."""
        parts = module_parts(path)
        start = max(len(parts) - 1, 0)
        while start > 0 and f"{'/'.join(parts[:start])}/__init__.py" in self._sources:
            start -= 1
        return ".".join(parts[start:])

    def resolve(self, module: Module, expression: ast.expr) -> Resolved | None:
        """What a name or attribute chain at module level of `module` stands for; None when it is bound differently
        in different branches, or nowhere."""
        match expression:
            case ast.Name(id=name):
                return self.lookup(module, name)
            case ast.Attribute(value=value, attr=attr):
                owner = self.resolve(module, value)
                return self.member(owner, attr, near=module.path)
            case _:
                return None

    def lookup(self, module: Module, name: str, depth: int = 0) -> Resolved | None:
        """What a bare name at module level stands for; a builtin is `External("builtins.x")`."""
        if depth > DEPTH:
            return None
        bindings = module.bindings.get(name)
        if not bindings:
            return self._from_stars(module, name, depth)
        found: list[Resolved | None] = []
        for binding in bindings:
            resolved = self._follow(module, name, binding, depth)
            if resolved not in found:
                found.append(resolved)
        return found[0] if len(found) == 1 else None

    def possibilities(self, module: Module, name: str, depth: int = 0) -> list[Resolved]:
        """Everything that a bare name may stand for, where it is bound in several ways."""
        found: list[Resolved] = []
        for binding in module.bindings.get(name, ()) if depth <= DEPTH else ():
            resolved = self._follow(module, name, binding, depth)
            owner = self.absolute(binding.module, module.path) if isinstance(binding, Imported) else None
            if resolved is not None:
                found.append(resolved)
            elif isinstance(binding, Imported) and binding.attribute and isinstance(owner, ModuleRef):
                other = self.get(owner.path)
                found += self.possibilities(other, binding.attribute, depth + 1) if other else []
        return found

    def _from_stars(self, module: Module, name: str, depth: int) -> Resolved | None:
        for star in module.stars:
            target = self.absolute(star, module.path)
            if isinstance(target, ModuleRef):
                other = self.get(target.path)
                if other and (name in other.bindings or other.stars):
                    resolved = self.lookup(other, name, depth + 1)
                    if isinstance(resolved, Symbol | ModuleRef) or name in other.bindings:
                        return resolved
            elif target and not hasattr(builtins, name):
                return External(f"{target}.{name}")
        return External(f"builtins.{name}") if hasattr(builtins, name) else None

    def _follow(self, module: Module, name: str, binding: Binding, depth: int) -> Resolved | None:
        if isinstance(binding, Defined):
            return Symbol(module.path, name, binding.node)
        target = self.absolute(binding.module, module.path)
        if binding.attribute is None:
            if target is None:
                return None
            return target if isinstance(target, ModuleRef) else External(target)
        if target is None:
            return External(f"{binding.module}.{binding.attribute}")
        owner = target if isinstance(target, ModuleRef) else External(target)
        if owner == ModuleRef(module.path):  # `from . import x` in a package: its submodule
            return self._in_folder([*module.path.split("/")[:-1], binding.attribute])
        return self.member(owner, binding.attribute, near=module.path, depth=depth + 1)

    def member(self, owner: Resolved | None, name: str, near: str, depth: int = 0) -> Resolved | None:
        """What `owner.name` stands for: a module's name, else its submodule; a class attribute is not resolved."""
        match owner:
            case External(qualified=qualified):
                path = self.find(f"{qualified}.{name}", near)
                return ModuleRef(path) if path else External(f"{qualified}.{name}")
            case ModuleRef(path=path):
                module = None if path.endswith("/") else self.get(path)
                if module and (name in module.bindings):
                    return self.lookup(module, name, depth + 1)
                folder = path.rpartition("/")[0] if not path.endswith("/") else path.rstrip("/")
                if path.endswith("/") or (module and module.is_package()):
                    sub = self._in_folder([*folder.split("/"), name] if folder else [name])
                    if sub:
                        return sub
                if module and module.stars:
                    return self.lookup(module, name, depth + 1)
                return External(f"{self.name(path) if module else path}.{name}")
            case Symbol(path=path, name=outer, node=ast.ClassDef(body=body)):
                nested = [s for s in body if isinstance(s, ast.ClassDef) and s.name == name]
                return Symbol(path, f"{outer}.{name}", nested[0]) if len(nested) == 1 else None
            case _:
                return None


def describe(error: BaseException) -> str:
    """Why a file can't be parsed, on one line."""
    if isinstance(error, SyntaxError):
        return f"not valid Python {sys.version_info.major}.{sys.version_info.minor}: line {error.lineno}: {error.msg}"
    if isinstance(error, RecursionError | MemoryError):
        return "nested too deeply to be parsed"
    return (str(error).splitlines() or [type(error).__name__])[0]


def module_parts(path: str) -> tuple[str, ...]:
    """The folders and the module name of a path: `a/b/__init__.py` is ("a", "b")."""
    stem = path.rsplit(".", 1)[0]
    parts = tuple(stem.split("/"))
    return parts[:-1] if parts[-1] == "__init__" else parts


def _shared(left: list[str], right: list[str]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count
