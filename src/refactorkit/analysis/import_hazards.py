"""What else in a project depends on where an imported name is looked up: tests that patch it, code that rebinds it."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct

from refactorkit.analysis.import_facts import FileImports
from refactorkit.analysis.import_graph import ImportGraph
from refactorkit.analysis.import_verdicts import Reason
from refactorkit.facts import extractor
from refactorkit.splice import text_of
from refactorkit.syntax import descendants, syntax_tree

DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)+")
SETTERS = ("patch", "patching", "setattr", "delattr", "replace")
"""How the callees end that replace a name: `mock.patch`, `monkeypatch.setattr`, `patch.object`, `mocker.patch.dict`."""
HOOKS = "breakpointhook displayhook excepthook unraisablehook last_exc last_traceback last_type last_value"
CHANGING = {"sys": frozenset(f"argv path ps1 ps2 stderr stdin stdout tracebacklimit {HOOKS}".split())}
"""Names of the standard library that get new values while a program runs (https://docs.python.org/3/library/sys.html)."""


class Replaced(Struct, frozen=True):
    """Names that a file replaces: `strings` dotted targets, `members` pairs of an object's code and a name.

    `modules` are those that it puts into or takes out of `sys.modules`.
    """

    strings: tuple[str, ...] = ()
    members: tuple[tuple[str, str], ...] = ()
    modules: tuple[str, ...] = ()


def may_replace(data: bytes) -> bool:
    """Whether it is worth to look for such names in a file."""
    return b"patch" in data or b"setattr" in data or b"delattr" in data or b"sys.modules" in data


@extractor
def replaced_names(data: bytes) -> Replaced:
    """What the calls of `patch`, `setattr` and their kind in a file replace. Raises what `ast.parse` raises."""
    strings: list[str] = []
    members: list[tuple[str, str]] = []
    modules: list[str] = []
    lines = _lines_about_modules(data) if b"sys.modules" in data else ()
    for node in descendants(syntax_tree(data)):
        if lines and isinstance(node, ast.Call | ast.Subscript):
            if any(line in lines for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)):
                modules += _replaced_modules(node)
        if not isinstance(node, ast.Call) or not is_setter(node.func):
            continue
        given = [*node.args, *(k.value for k in node.keywords if k.arg == "target")]
        if not given:
            continue
        first, rest = given[0], given[1:]
        if isinstance(first, ast.Constant) and isinstance(first.value, str) and DOTTED.fullmatch(first.value):
            strings.append(first.value)
            if ast.unparse(node.func).endswith("multiple"):
                strings += [f"{first.value}.{k.arg}" for k in node.keywords if k.arg]
            continue
        if ast.unparse(node.func).endswith("multiple"):
            members += [(ast.unparse(first), k.arg) for k in node.keywords if k.arg]
        rest += [k.value for k in node.keywords if k.arg in ("attribute", "name")]
        if rest and isinstance(rest[0], ast.Constant) and isinstance(rest[0].value, str):
            members.append((ast.unparse(first), rest[0].value))
        elif name := _last_name(first):
            members.append(("", name))
    return Replaced(tuple(strings), tuple(members), tuple(modules))


def _last_name(target: ast.expr) -> str:
    """The name at the end of a target that is put together: `f"{HOME}.load"`, `HOME + ".load"`, `"%s.load" % HOME`,
    `"{}.load".format(HOME)`; '' where it isn't written there."""
    match target:
        case ast.JoinedStr(values=[*_, ast.Constant(value=str(text))]):
            pass
        case ast.BinOp(op=ast.Add(), right=ast.Constant(value=str(text))):
            pass
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str(text))):
            pass
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format")):
            pass
        case _:
            return ""
    name = text.rpartition(".")[2]
    return name if name.isidentifier() else ""


def _lines_about_modules(data: bytes) -> frozenset[int]:
    """The lines on which `sys.modules` can be written, if in a string with escapes."""
    return frozenset(
        n for n, line in enumerate(text_of(data).lines, 1) if b"modules" in line or b"\\" in line
    )


def _replaced_modules(node: ast.Call | ast.Subscript) -> Iterator[str]:
    """The modules that `sys.modules[...]`, or a call that is given `sys.modules`, names."""
    if isinstance(node, ast.Subscript):
        parts = [node.slice] if ast.unparse(node.value) == "sys.modules" else []
    else:
        given = [*node.args, node.func, *(k.value for k in node.keywords)]
        parts = given if any("sys.modules" in ast.unparse(part) for part in given) else []
    for part in parts:
        for inner in descendants(part):
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                yield inner.value


def is_setter(callee: ast.expr) -> bool:
    """Whether a callee is one of those that replace a name."""
    match callee:
        case ast.Name(id=name):
            return name in SETTERS
        case ast.Attribute(attr=name, value=ast.Name(id=owner) | ast.Attribute(attr=owner)):
            return name in SETTERS or owner in SETTERS
        case ast.Attribute(attr=name):
            return name in SETTERS
    return False


class Hazards:
    """Which names of which modules are replaced by tests or rebound by code, anywhere in the project.

    `modules` are the dotted names of those that tests replace as a whole in `sys.modules`. Of `excused` names, by module,
    the tests are going to replace something else. `replaced` is what each file replaces.
    """

    def __init__(
        self, replaced: Mapping[str, Replaced], graph: ImportGraph, excused: Collection[tuple[str, str]] = ()
    ) -> None:
        self._graph = graph
        self._excused = frozenset(excused)
        self._patched: dict[str, set[str]] = {}
        self._outside: dict[str, set[str]] = {}
        self.modules: set[str] = set()
        self._assigned: dict[str, set[tuple[str, str]]] = {}
        for path, of_file in replaced.items():
            self._add_patches(path, of_file)
            if is_test_or_build_file(path):
                self.modules.update(of_file.modules)
        for path, file in graph.files().items():
            self._add_assignments(path, file)

    def _add_patches(self, path: str, replaced: Replaced) -> None:
        for text in replaced.strings:
            owner, _, name = text.rpartition(".")
            self._patched.setdefault(name, set()).add(owner)
        for code, name in replaced.members:
            if code not in ("self", "cls"):
                meant = list(self._meant(path, code))
                inside = next(filter(None, (self._name_of(path, dotted) for dotted in meant)), "")
                self._patched.setdefault(name, set()).add(inside)
                self._outside.setdefault(name, set()).update(meant)

    def _meant(self, path: str, code: str) -> Iterator[str]:
        """What an expression can mean through the file's imports, as dotted names."""
        file = self._graph.files().get(path)
        root, _, rest = code.partition(".")
        for statement in file.statements if file else ():
            for name in statement.names:
                if name.bound != root:
                    continue
                base = name.name if name.alias else root
                if statement.is_from:
                    base = statement.module + ("" if statement.module.endswith(".") else ".") + name.name
                yield f"{base}.{rest}" if rest else base

    def _name_of(self, path: str, dotted: str) -> str:
        """The full name of what a file calls so, if that is a module of the project; else ''."""
        found = self._graph.module_of(path, dotted)
        return self._graph.name(found) if found else ""

    def _add_assignments(self, path: str, file: FileImports) -> None:
        for root, name in file.assigned:
            meant = list(self._meant(path, root))
            inside = next(filter(None, (self._name_of(path, dotted) for dotted in meant)), "")
            if inside:
                self._assigned.setdefault(name, set()).add((inside, path))
            else:
                self._outside.setdefault(name, set()).update(meant)

    def outside(self, module: str, name: str) -> Reason | None:
        """Why `name` of a module that isn't the project's may be another later, if something gives it new values."""
        if name in CHANGING.get(module, ()):
            return Reason.REBOUND_GLOBAL
        owners = self._patched.get(name, set()) | self._outside.get(name, set())
        replaced = any(owner and _same(module, owner) for owner in owners)
        return Reason.PATCHED_BY_TESTS if replaced else None

    def is_patched(self, homes: Iterable[str], name: str) -> bool:
        """Whether something replaces `name` in one of these files."""
        owners = self._patched.get(name)
        return bool(owners) and any(
            _same(self._graph.name(home), owner) and (owner, name) not in self._excused
            for home in homes
            for owner in owners or ()
        )

    def is_rebound(self, home: str, name: str) -> bool:
        """Whether the file's own functions or other files give its `name` new values."""
        file = self._graph.files().get(home)
        if file is not None and name in file.globals:
            return True
        return any(module == self._graph.name(home) for module, _ in self._assigned.get(name, ()))


def _same(module: str, owner: str) -> bool:
    """Whether a patch of `owner` can mean the module; what isn't known ('') can mean any."""
    return not owner or owner == module or owner.endswith("." + module)


def is_test_or_build_file(path: str) -> bool:
    """Whether a file is a test, or a script that runs in an environment of its own."""
    *folders, name = path.split("/")
    return bool(
        {"test", "tests"} & set(folders)
        or name.startswith("test_")
        or name.endswith("_test.py")
        or name in ("conftest.py", "setup.py", "noxfile.py")
        or (name == "conf.py" and {"doc", "docs"} & set(folders))
    )
