"""Moving symbols to an interface module: the text of the new module, and the edits of the one they came from."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from refactorkit.analysis.interface_plan import Interface
from refactorkit.analysis.module_symbols import Imported, Kind, ModuleSymbols, TopStatement
from refactorkit.import_statement import rewritten
from refactorkit.imports import Edit, edit_imports, from_import
from refactorkit.splice import Splice, Text, span, text_of
from refactorkit.syntax import syntax_tree
from refactorkit.type_checking import edit_type_checking

ABOUT_THE_FILE = re.compile(
    r"copyright|licen[cs]e|SPDX|mypy:|pyright:|ruff:|flake8:|pylint:|type: *ignore", re.IGNORECASE
)
"""Comments at the top of a file that hold for what is moved out of it too."""
CODING = re.compile(r"^#!|^#.*coding[:=]")


class Moved(Struct, frozen=True):
    """A home without the symbols of its interface modules.

    `edits` are those of the home; `origin` gives for each line afterwards the line that it was before, 0 for a new one.
    `retired` are the comments that moved.
    """

    edits: tuple[Edit, ...]
    after: bytes
    origin: tuple[int, ...]
    retired: tuple[str, ...]


class Written(Struct, frozen=True):
    """An interface module: its bytes, and for each line the one of the home that it was, 0 for a new one."""

    data: bytes
    origin: tuple[int, ...]


def chunks(text: Text, symbols: ModuleSymbols, moved: Iterable[int]) -> list[tuple[int, int]]:
    """The lines of each statement that moves, with the comments directly above and those that end its body."""
    found = []
    for position in moved:
        statement = symbols.statements[position]
        first, last = statement.line, statement.end_line
        while first > 1 and text.lines[first - 2].startswith(b"#") and not _is_pinned(text, first - 1):
            first -= 1
        while last < len(text.lines) and re.match(rb"[ \t]+#", text.lines[last]):
            last += 1
        found.append((first, last))
    return found


def _is_pinned(text: Text, line: int) -> bool:
    """Whether a comment is one of the file: it opens it, or says how it is encoded."""
    return line <= 2 and CODING.match(text.code(line, line)) is not None


def write(
    text: Text, symbols: ModuleSymbols, interface: Interface, home: str, pinned: Sequence[str]
) -> Written:
    """The interface module of symbols of `home` (its dotted name); those `pinned` keep it as their `__module__`."""
    closure = interface.closure
    newline = text.newline
    lines: list[str] = [f"{line}{newline}" for line in _opening(text, symbols)]
    lines.append(f'"""What {home} shares with modules that it imports itself."""{newline}')
    head = _imports(text, symbols, {*closure.runtime, *closure.typing})
    for block in head:
        lines += [newline, *(line + newline for line in block)]
    origin = [0] * len(lines)
    previous: TopStatement | None = None
    for position, (first, last) in zip(closure.moved, chunks(text, symbols, closure.moved), strict=True):
        statement = symbols.statements[position]
        gap = _gap(previous, statement, text.blanks(first - 1, -1) or 0)
        lines += [newline] * gap
        origin += [0] * gap
        for number in range(first, last + 1):
            line = text.code(number, number)
            lines.append(line if line.endswith(("\n", "\r")) else line + newline)
            origin.append(number)
        previous = statement
    if pinned:
        wide = previous is not None and previous.kind in (Kind.FUNCTION, Kind.CLASS)
        lines += [newline] * (2 if wide else 1)
        lines += [f'{name}.__module__ = "{home}"{newline}' for name in pinned]
    data = "".join(lines).encode()
    return Written(data, tuple(origin + [0] * (len(lines) - len(origin))))


def _gap(previous: TopStatement | None, statement: TopStatement, before: int) -> int:
    """Blank lines between two statements: as they were, and as PEP 8 has it where others stood between."""
    kinds = {s.kind for s in (previous, statement) if s is not None}
    if kinds & {Kind.FUNCTION, Kind.CLASS}:
        return before if previous is not None and before < 2 and _are_overloads(previous, statement) else 2
    return 1 if previous is None else min(before, 1)


def _are_overloads(previous: TopStatement, statement: TopStatement) -> bool:
    return previous.binds == statement.binds


def _opening(text: Text, symbols: ModuleSymbols) -> list[str]:
    """The comments that open the file when they are about a licence or for tools, without the encoding."""
    first = symbols.statements[0].line if symbols.statements else 1
    found = []
    for number in range(1, first):
        line = text.code(number, number).rstrip()
        if not line.startswith("#"):
            break
        if not CODING.match(line):
            found.append(line)
    if not any(ABOUT_THE_FILE.search(line) for line in found):
        return []
    return [*found, ""]


def _imports(text: Text, symbols: ModuleSymbols, names: set[str]) -> Iterator[list[str]]:
    """The imports that bind the names, each block as its lines: `__future__`, sections, what is for type checkers."""
    block: list[str] = []
    last = 0
    typing: dict[str, list[Imported]] = {}
    for statement in symbols.statements:
        wanted = [i for i in statement.imports if i.bound in names or i.module == "__future__"]
        if statement.kind is Kind.TYPING:
            typing.setdefault(_guard(text, statement), []).extend(wanted)
        if not wanted or statement.kind is not Kind.IMPORT:
            continue
        if block and any(not line.strip() for line in text.lines[last : statement.line - 1]):
            yield block
            block = []
        block += _one_import(text, statement, wanted)
        last = statement.end_line
    if block:
        yield block
    for guard, wanted in typing.items():
        if wanted:
            code = textwrap.indent("".join(_fresh(wanted)), "    ")
            yield [guard, *code.splitlines()]


def _guard(text: Text, statement: TopStatement) -> str:
    return text.code(statement.line, statement.line).partition("#")[0].rstrip()


def _one_import(text: Text, statement: TopStatement, wanted: Sequence[Imported]) -> list[str]:
    keep = {(i.module, i.name, i.alias) for i in wanted}
    drop = [i.alias or i.name for i in statement.imports if (i.module, i.name, i.alias) not in keep]
    if "shared-line" in statement.traits:
        return "".join(_fresh(wanted)).splitlines()
    return rewritten(text.parse(statement.line, statement.end_line), [], drop).splitlines()


def _fresh(wanted: Sequence[Imported]) -> Iterator[str]:
    by_module: dict[str, list[str]] = {}
    for imported in wanted:
        name = imported.name if imported.alias is None else f"{imported.name} as {imported.alias}"
        if imported.module:
            by_module.setdefault(imported.module, []).append(name)
        else:
            yield f"import {name}\n"
    for module, names in by_module.items():
        yield from_import(module, list(dict.fromkeys(names)))


def move_out(
    data: bytes,
    symbols: ModuleSymbols,
    interfaces: Sequence[tuple[Interface, str]],
    orphans: Sequence[str],
    is_first_party: Callable[[str], bool],
) -> Moved | None:
    """The home after its symbols moved: it imports them back. None where no import can stand above their users.

    `interfaces` are those of this home, each with the module to import it from. `orphans` are the imported names
    that nothing needs there any more.
    """
    text, tree = text_of(data), syntax_tree(data)
    moved = {position for interface, _ in interfaces for position in interface.closure.moved}
    before = _first_use(symbols, moved)
    removals = [*_removals(text, symbols, interfaces)]
    add = [(module, f"{name} as {name}") for i, module in interfaces for name in i.closure.names]
    typed, unneeded = edit_type_checking(text, tree, [], orphans)
    imports = edit_imports(text, tree, add, [*orphans, *unneeded], is_first_party, before)
    if before is not None and any(e.line > before for e in imports if e.end_line < e.line):
        return None
    edits = sorted(
        (*_apart(removals, [*imports, *typed]), *imports, *typed),
        key=lambda e: (e.splice.first, e.splice.last),
    )
    return Moved(
        edits=tuple(edits),
        after=text.apply(e.splice for e in edits),
        origin=_origin(text, edits),
        retired=tuple(_comments(text, [(e.splice.first, e.splice.last) for e in removals])),
    )


def _first_use(symbols: ModuleSymbols, moved: set[int]) -> int | None:
    """The first line of code that stays and needs what moved when it runs, or may."""
    names = {name for position in moved for name in symbols.statements[position].binds}
    for position, statement in enumerate(symbols.statements):
        if position not in moved and names & set(statement.needs):
            return statement.line
    return None


def _removals(
    text: Text, symbols: ModuleSymbols, interfaces: Sequence[tuple[Interface, str]]
) -> Iterator[Edit]:
    """The lines that go, those next to each other together, with the blank lines that would be too many."""
    going: list[tuple[int, int, str, list[str]]] = []
    for interface, module in interfaces:
        spans = chunks(text, symbols, interface.closure.moved)
        for position, (first, last) in zip(interface.closure.moved, spans, strict=True):
            going.append((first, last, module, list(symbols.statements[position].binds)))
    merged: list[tuple[int, int, str, list[str]]] = []
    for first, last, module, names in sorted(going):
        if merged and not text.code(merged[-1][1] + 1, first - 1).strip():
            top, _, modules, others = merged.pop()
            joined = modules if module in modules.split(" and ") else f"{modules} and {module}"
            merged.append((top, last, joined, [*others, *names]))
        else:
            merged.append((first, last, module, names))
    for first, last, module, names in merged:
        top, end = text.without(first, last)
        shown = ", ".join(dict.fromkeys(names)) or "the statement"
        yield Edit(Splice(top, end, ""), top, end, f"{shown} moved to {module}")


def _apart(removals: Sequence[Edit], others: Sequence[Edit]) -> Iterator[Edit]:
    """The removals, shortened by blank lines that another edit takes as well."""
    for edit in removals:
        first, last = edit.splice.first, edit.splice.last
        for other in others:
            top, end = other.splice.first, other.splice.last
            if top < first <= end < last:
                first = end + 1
            elif first < top <= last <= end:
                last = top - 1
        yield Edit(Splice(first, last, ""), first, last, edit.message)


def _origin(text: Text, edits: Sequence[Edit]) -> tuple[int, ...]:
    """For each line after the edits the line before them."""
    found: list[int] = []
    at = 1
    for edit in edits:
        found += range(at, edit.splice.first)
        found += [0] * len(Text(edit.splice.text.encode()).lines)
        at = max(at, edit.splice.last + 1)
    return (*found, *range(at, len(text.lines) + 1))


def _comments(text: Text, ranges: Sequence[tuple[int, int]]) -> Iterator[str]:
    """The comments on these lines, which hold whole statements."""
    import tokenize
    from io import StringIO

    for first, last in ranges:
        code = text.code(first, last).replace("\r\n", "\n").replace("\r", "\n")
        for token in tokenize.generate_tokens(StringIO(code).readline):
            if token.type == tokenize.COMMENT:
                yield token.string.rstrip()


def is_valid(data: bytes) -> bool:
    """Whether the bytes are Python."""
    try:
        return isinstance(syntax_tree(data), ast.Module)
    except (SyntaxError, ValueError, RecursionError):
        return False


__all__ = ["Moved", "Written", "chunks", "is_valid", "move_out", "span", "write"]
