"""The classes of a project and who inherits from whom, as far as it is asked: only the files that matter are parsed.

An outside base ends what is known: `Ancestry.is_open` says that a class has one, or one that can't be resolved.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from msgspec import Struct

from refactorkit.analysis.class_headers import class_headers
from refactorkit.analysis.class_statement import Class
from refactorkit.analysis.modules import External, Module, Modules, Symbol
from refactorkit.analysis.pairs import Function, flat, is_overload


class Method(Struct, frozen=True):
    """A function found in a class: the last definition that is no overload."""

    owner: Class
    node: Function


class Ancestry(Struct, frozen=True):
    """A class and its project bases in the order in which Python looks names up."""

    classes: tuple[Class, ...]
    is_open: bool


class ClassTree:
    """Answers about classes; everything that was found is remembered."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._ancestry: dict[tuple[str, str], Ancestry] = {}
        self._headers: dict[bytes, set[str]] | None = None

    def find(self, path: str, name: str) -> Class | None:
        """A class by its dotted name in a module; classes inside `if` and functions are found too."""
        module = self._modules.get(path)
        body: list[ast.stmt] = module.tree.body if module else []
        found: ast.stmt | None = None
        for part in name.split("."):
            if part == "<locals>":
                continue
            same = [s for s in flat(body) if getattr(s, "name", None) == part]
            if not same:
                return None
            found = same[-1]
            body = getattr(found, "body", [])
        return Class(path, name, found) if isinstance(found, ast.ClassDef) else None

    def resolve(self, module: Module, expression: ast.expr) -> Class | External | None:
        """The class that an expression at module level names; an outside name as such."""
        found = self._modules.resolve(module, expression)
        if isinstance(found, Symbol):
            return Class(found.path, found.name, found.node) if isinstance(found.node, ast.ClassDef) else None
        return found if isinstance(found, External) else None

    def ancestry(self, cls: Class) -> Ancestry:
        """The class and its bases in the project, by C3; depth first where a hierarchy has no such order."""
        if cls.key not in self._ancestry:
            self._ancestry[cls.key] = Ancestry((cls,), True)  # ends an endless chain of bases
            self._ancestry[cls.key] = self._linearised(cls)
        return self._ancestry[cls.key]

    def _linearised(self, cls: Class) -> Ancestry:
        module = self._modules.get(cls.path)
        lines: list[list[Class]] = []
        is_open = module is None
        direct: list[Class] = []
        for base in cls.node.bases if module else ():
            plain = base.value if isinstance(base, ast.Subscript) else base
            found = self._base(module, cls, plain) if module else None
            if isinstance(found, Class):
                above = self.ancestry(found)
                lines.append(list(above.classes))
                direct.append(found)
                is_open = is_open or above.is_open
            elif not (isinstance(found, External) and _is_plain(found.qualified)):
                is_open = True
        return Ancestry((cls, *_merge([*lines, direct])), is_open)

    def _base(self, module: Module, cls: Class, base: ast.expr) -> Class | External | None:
        found = self.resolve(module, base)
        if found is None or "." in cls.name:
            if isinstance(base, ast.Name):  # a class beside a nested or local one
                beside = self.find(cls.path, ".".join([*cls.name.split(".")[:-1], base.id]))
                return beside if beside is not None and beside.key != cls.key else found
        return found

    def method(self, cls: Class, name: str, after: Class | None = None) -> Method | None:
        """The function that `cls.name` means, the first in the order of look-up; with `after`, as `super()` finds it.

        None when no project class defines it, or something else than a function stands there first.
        """
        classes = self.ancestry(cls).classes
        if after is not None:
            classes = classes[[c.key for c in classes].index(after.key) + 1 :]
        for owner in classes:
            bound = members(owner.node, name)
            if bound:
                last = bound[-1]
                is_function = isinstance(last, ast.FunctionDef | ast.AsyncFunctionDef)
                return Method(owner, last) if is_function else None  # type: ignore[arg-type]
        return None

    def subclasses(self, cls: Class) -> Iterator[Class]:
        """Every class of the project that inherits from the class, found by the names in class headers."""
        waiting, seen = [cls], {cls.key}
        while waiting:
            base = waiting.pop()
            for path in sorted(self.naming(base.name.rpartition(".")[2])):
                for other in self.classes(path):
                    if other.key in seen:
                        continue
                    if any(c.key == base.key for c in self.ancestry(other).classes[1:]):
                        seen.add(other.key)
                        waiting.append(other)
                        yield other

    def classes(self, path: str) -> Iterator[Class]:
        """All classes of a file."""
        module = self._modules.get(path)
        waiting: list[tuple[str, list[ast.stmt]]] = [("", module.tree.body)] if module else []
        while waiting:
            prefix, body = waiting.pop()
            for statement in flat(body):
                if isinstance(statement, ast.ClassDef):
                    yield Class(path, prefix + statement.name, statement)
                    waiting.append((f"{prefix}{statement.name}.", statement.body))
                elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                    waiting.append((f"{prefix}{statement.name}.<locals>.", statement.body))

    def naming(self, name: str) -> set[str]:
        """The files with a class header that names a base so, aliases of imports included."""
        if self._headers is None:
            self._headers = {}
            for path, facts in class_headers.of(self._modules.sources()).facts.items():
                words = {word for _, named in facts.classes for word in named}
                for word in (*words, *(old for old, new in facts.renamed if new in words)):
                    self._headers.setdefault(word, set()).add(path)
        return self._headers.get(name.encode(), set())


def members(node: ast.ClassDef, name: str) -> list[ast.stmt]:
    """The statements of a class body that bind a name, overloads left out, in source order."""
    found: list[ast.stmt] = []
    for statement in flat(node.body):
        match statement:
            case ast.FunctionDef(name=bound) | ast.AsyncFunctionDef(name=bound):
                if bound == name and not is_overload(statement):
                    found.append(statement)
            case ast.ClassDef(name=bound) if bound == name:
                found.append(statement)
            case ast.Assign(targets=targets) if any(
                isinstance(t, ast.Name) and t.id == name for t in targets
            ):
                found.append(statement)
            case ast.AnnAssign(target=ast.Name(id=bound), value=value) if bound == name and value is not None:
                found.append(statement)
            case _:
                pass
    return found


def _is_plain(qualified: str) -> bool:
    """Whether an outside base brings no methods of its own that matter: `object`, `Generic`, `Protocol`, `ABC`."""
    root, _, name = qualified.rpartition(".")
    return root in ("typing", "typing_extensions", "abc", "builtins", "enum") or name in (
        "Generic",
        "Protocol",
        "ABC",
    )


def _merge(lines: list[list[Class]]) -> list[Class]:
    """C3 over the bases' own orders; depth first where there is none."""
    lines = [list(line) for line in lines if line]
    result: list[Class] = []
    while lines:
        tails = {c.key for line in lines for c in line[1:]}
        head = next((line[0] for line in lines if line[0].key not in tails), lines[0][0])
        result.append(head)
        lines = [rest for line in lines if (rest := [c for c in line if c.key != head.key])]
    return result
