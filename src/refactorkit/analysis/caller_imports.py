"""How a call by a bare name gets its async name: it is there already, or comes with the import that binds the sync one."""

from __future__ import annotations

from collections.abc import Sequence

from refactorkit.analysis.caller_edits import ImportEdit
from refactorkit.analysis.caller_reasons import Reason
from refactorkit.analysis.definitions import Bound, Imported
from refactorkit.analysis.expressions import Name
from refactorkit.analysis.inference import Inference
from refactorkit.analysis.modules import ModuleRef
from refactorkit.analysis.pairs import Pair
from refactorkit.analysis.symbols import Symbols
from refactorkit.analysis.values import Callee, Place, Unknown
from refactorkit.analysis.walk_lines import positions
from refactorkit.splice import text_of


def needed_import(types: Inference, pair: Pair, place: Place) -> ImportEdit | tuple[Reason, str] | None:
    """The edit that makes the async half of a pair known at a place where its sync half is; None when it is known; why
    not when it can't be had."""
    name, new = pair.sync.short, pair.twin.short
    if not all(isinstance(v, Unknown) for v in types.infer(Name(new), place)):
        return None
    bounds, is_local = _bounds(types.symbols, name, place)
    if len(bounds) != 1 or not isinstance(bounds[0], Imported):
        return Reason.ASYNC_NAME_NOT_REACHABLE, f"{name} isn't bound by one import"
    imported = bounds[0]
    if imported.attribute != name or imported.is_typing:
        return Reason.ASYNC_NAME_NOT_REACHABLE, f"{name} is imported in another way"
    if _is_bound(types.symbols, new, place):
        return Reason.ASYNC_NAME_TAKEN, f"{new} means something else here"
    beside = Imported(imported.module, new, False, imported.line)
    value = types.value(types.symbols.imported(place.path, beside))
    if not all(isinstance(v, Callee) and (v.path, v.name) == (pair.twin.path, pair.twin.name) for v in value):
        return Reason.ASYNC_NAME_NOT_REACHABLE, f"{imported.module} has no {new} beside {name}"
    target = types.symbols.target(imported.module, place.path)
    if isinstance(target, ModuleRef) and not _same_kind(types.symbols, target, name, new):
        return Reason.ASYNC_NAME_NOT_REACHABLE, f"{imported.module} hands {new} only to type checkers"
    if not _stands_alone(types.symbols.sources[place.path].data, imported.line):
        return Reason.ASYNC_NAME_NOT_REACHABLE, f"the import of {name} shares its line"
    return ImportEdit(imported.line, imported.module, (new,), (), is_local)


def _bounds(symbols: Symbols, name: str, place: Place) -> tuple[tuple[Bound, ...], bool]:
    """What binds a bare name as it is seen from a place, and whether a function does."""
    while place.scope is not None:
        if any(p.name == name for p in place.scope.function.parameters):
            return (), True
        if name in place.scope.names and name not in place.scope.outer:
            return place.scope.names[name], True
        place = place.around
    facts = symbols.outline(place.path)
    return (facts.names.get(name, ()) if facts else ()), False


def _is_bound(symbols: Symbols, name: str, place: Place) -> bool:
    bounds, is_local = _bounds(symbols, name, place)
    return bool(bounds) or is_local


def _same_kind(symbols: Symbols, target: ModuleRef, name: str, new: str) -> bool:
    """Whether a module binds the new name when it runs, or hands it out in the same lazy way as the old one."""
    facts = symbols.outline(target.path)
    if facts is None:
        return False
    runs = [b for b in facts.names.get(new, ()) if not (isinstance(b, Imported) and b.is_typing)]
    if runs or new in facts.lazy:
        return True
    return bool(facts.stars) and name not in facts.names and new not in facts.names


def _stands_alone(data: bytes, line: int) -> bool:
    """Whether the from-import that begins on a line has its lines for itself, as far as bytes tell."""
    text = text_of(data)
    first = text.lines[line - 1]
    if not first.lstrip().startswith(b"from"):
        return False
    last = line
    while b"(" in first and last < len(text.lines) and b")" not in text.lines[last - 1]:
        last += 1
    return not any(b";" in each for each in text.lines[line - 1 : last])


def is_orphaned(symbols: Symbols, path: str, name: str, named: int, gone: Sequence[tuple[int, int]]) -> bool:
    """Whether a file names a sync half only `named` times, outside of the lines that go: in calls that take the async
    name and in their imports. What a package imports is its interface, and stays."""
    if path.rpartition("/")[2].startswith("__init__."):
        return False
    lines = text_of(symbols.sources[path].data).lines
    left = (
        line
        for number, line in enumerate(lines, 1)
        if not any(first <= number <= last for first, last in gone)
    )
    return sum(1 for line in left for _ in positions(line, name.encode())) == named


def is_taken_from(symbols: Symbols, path: str, name: str) -> bool:
    """Whether another file may use a module-level name of this one: imported, as an attribute, in a string, by a star."""
    module = symbols.module_name(path)
    short = module.rpartition(".")[2].encode()
    word = name.encode()
    for other, source in symbols.sources.items():
        if other == path or (short not in source.data):
            continue
        if b"import *" not in source.data and word not in source.data:
            continue
        if short + b"." + word in source.data:
            return True
        facts = symbols.outline(other)
        if facts is None:
            return True
        if any(symbols.target(star, other) == ModuleRef(path) for star in facts.stars):
            return True
        for bounds in facts.names.values():
            for bound in bounds:
                if isinstance(bound, Imported) and _leads_to(symbols, bound, other, path, name):
                    return True
    return False


def _leads_to(symbols: Symbols, bound: Imported, importer: str, path: str, name: str) -> bool:
    """Whether an import takes the name from the file, or binds the file's module, whose attributes may be read."""
    if symbols.target(bound.module, importer) == ModuleRef(path):
        return bound.attribute in (None, name)
    return bound.attribute is not None and symbols.imported(importer, bound) == ModuleRef(path)
