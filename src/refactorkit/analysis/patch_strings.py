"""Strings in tests that name what is replaced, and which of them can name the place where it is looked up after a hoist.

`mock.patch("app.store.load")` works today for a function that imports `load` when it is called. With the import at the top
of `app.shop` the string has to be `app.shop.load`. That is the same only where nobody else looks the name up at its old
place while it is replaced: not the home itself, no other function, no attribute. What can't be shown stays as it is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct

from refactorkit.analysis.import_facts import FileImports, ImportedName, ImportStatement
from refactorkit.analysis.import_graph import ImportGraph
from refactorkit.analysis.import_hazards import Replaced, is_setter, is_test_or_build_file, replaced_names
from refactorkit.facts import extractor
from refactorkit.model import Source
from refactorkit.splice import text_of
from refactorkit.syntax import descendants, syntax_tree

Key = tuple[str, str]
"""A module's dotted name and a name in it."""


class PatchString(Struct, frozen=True, array_like=True):
    """A plain string that names what is replaced: the characters `start` to `end` of a line (from 1), quotes apart."""

    line: int
    start: int
    end: int
    target: str


class PatchStrings(Struct, frozen=True):
    """The plain strings of one file that name what is replaced."""

    found: tuple[PatchString, ...]


class Excused(Struct, frozen=True):
    """A replaced name that only functions of the file `user` look up: there it is `bound`. `strings` are by path."""

    user: str
    bound: str
    strings: dict[str, tuple[PatchString, ...]]


class NewPatch(Struct, frozen=True):
    """The new text of a line in which strings name these targets."""

    line: int
    text: str
    targets: tuple[str, ...]


@extractor
def patch_strings(data: bytes) -> PatchStrings:
    """The first arguments of `patch`, `setattr` and their kind that are plain strings. Raises what `ast.parse` raises."""
    text = text_of(data)
    found: list[PatchString] = []
    for node in descendants(syntax_tree(data)):
        if not isinstance(node, ast.Call) or not is_setter(node.func):
            continue
        for given in [*node.args[:1], *(k.value for k in node.keywords if k.arg == "target")]:
            if isinstance(given, ast.Constant) and isinstance(given.value, str):
                line = text.code(given.lineno, given.lineno)
                start = len(line.encode()[: given.col_offset].decode()) + 1
                end = start + len(given.value)
                if given.end_lineno == given.lineno and line[start:end] == given.value:
                    if line[start - 1] == line[end : end + 1] in ("'", '"'):
                        found.append(PatchString(given.lineno, start, end, given.value))
    return PatchStrings(tuple(found))


def excusable(
    sources: Mapping[str, Source], files: Mapping[str, FileImports], graph: ImportGraph
) -> dict[Key, Excused]:
    """The replaced names whose strings could name another place, if every import of them comes to the top."""
    patching = [s for s in sources.values() if b"patch" in s.data or b"setattr" in s.data]
    replaced = replaced_names.of(patching).facts
    strings = patch_strings.of(patching).facts
    targets = {text for file in replaced.values() for text in file.strings}
    found: dict[Key, Excused] = {}
    for target in sorted(targets):
        module, _, name = target.rpartition(".")
        owner = next((path for path in files if graph.name(path) == module), None)
        if owner is None or not _is_only_a_string(target, replaced, strings):
            continue
        user = _only_user(owner, name, files, graph)
        if user is None or not sources[user[0]].in_scope or f"{graph.name(user[0])}.{user[1]}" in targets:
            continue
        places = {p: tuple(s for s in file.found if s.target == target) for p, file in strings.items()}
        places = {path: some for path, some in places.items() if some}
        if all(sources[path].in_scope for path in places) and not _is_looked_up(owner, target, sources):
            found[module, name] = Excused(*user, places)
    return found


def _is_only_a_string(
    target: str, replaced: Mapping[str, Replaced], strings: Mapping[str, PatchStrings]
) -> bool:
    """Whether all that replaces the name, or something that may be it, is this plain string."""
    module, _, name = target.rpartition(".")
    for path, file in replaced.items():
        if any(member == name for _, member in file.members):
            return False
        alike = [s for s in file.strings if s.rpartition(".")[2] == name and s.endswith(target)]
        plain = strings[path].found if path in strings else ()
        if set(alike) - {target} or len(alike) != sum(s.target == target for s in plain):
            return False
    return bool(module)


def _only_user(
    owner: str, name: str, files: Mapping[str, FileImports], graph: ImportGraph
) -> tuple[str, str] | None:
    """The only file whose functions import the name from this module, and what they call it."""
    users = {
        (path, bound.bound)
        for path, file in files.items()
        for statement, bound in _imports_of(path, owner, name, file, graph)
        if statement.is_deferred
    }
    if len(users) != 1:
        return None
    ((path, bound),) = users
    if path == owner or is_test_or_build_file(path) or bound in files[path].bindings:
        return None
    return path, bound


def _imports_of(
    path: str, owner: str, name: str, file: FileImports, graph: ImportGraph
) -> Iterator[tuple[ImportStatement, ImportedName]]:
    for statement in file.statements:
        for imported in statement.names:
            if statement.is_from and imported.name == name:
                if graph.module_of(path, statement.module) == owner:
                    yield statement, imported


def _is_looked_up(owner: str, target: str, sources: Mapping[str, Source]) -> bool:
    """Whether something else may read the name where it is replaced: its own module, or anything as an attribute."""
    name = target.rpartition(".")[2]
    attribute = re.compile(rb"\.\s*" + name.encode() + rb"\b")
    for source in sources.values():
        if len(attribute.findall(source.data)) != source.data.count(target.encode()):
            return True
    tree = syntax_tree(sources[owner].data)
    return any(
        isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load) for n in descendants(tree)
    )


def unmoved(
    excused: Mapping[Key, Excused],
    files: Mapping[str, FileImports],
    graph: ImportGraph,
    moved: Collection[tuple[str, int]],
) -> set[Key]:
    """Those of which an import stays in its function: (path, line) of the others are in `moved`."""
    return {
        (module, name)
        for (module, name), one in excused.items()
        for statement, _ in _imports_of(
            one.user, _path_of(module, files, graph), name, files[one.user], graph
        )
        if statement.is_deferred and (one.user, statement.line) not in moved
    }


def _path_of(module: str, files: Mapping[str, FileImports], graph: ImportGraph) -> str:
    return next(path for path in files if graph.name(path) == module)


def new_patches(
    excused: Mapping[Key, Excused], sources: Mapping[str, Source], graph: ImportGraph
) -> dict[str, list[NewPatch]]:
    """The lines of each file in which strings name another place from now on."""
    strings: dict[str, list[tuple[PatchString, str]]] = {}
    for one in excused.values():
        for path, some in one.strings.items():
            strings.setdefault(path, []).extend((s, f"{graph.name(one.user)}.{one.bound}") for s in some)
    found: dict[str, list[NewPatch]] = {}
    for path, pairs in strings.items():
        text = text_of(sources[path].data)
        for line in sorted({string.line for string, _ in pairs}):
            here = sorted((pair for pair in pairs if pair[0].line == line), key=lambda pair: pair[0].start)
            code = text.code(line, line)
            for string, target in reversed(here):
                code = code[: string.start] + target + code[string.end :]
            found.setdefault(path, []).append(NewPatch(line, code, tuple(target for _, target in here)))
    return found


__all__ = [
    "Excused",
    "Key",
    "NewPatch",
    "PatchString",
    "excusable",
    "new_patches",
    "patch_strings",
    "unmoved",
]
