"""Strings by which a function may be reached: names that are put together for a look-up, and code that calls it."""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from refactorkit.analysis.inference import Inference
from refactorkit.analysis.signature_definition import Target
from refactorkit.analysis.symbols import Definition, Member, ModuleRef, Ref
from refactorkit.facts import extractor
from refactorkit.model import Source
from refactorkit.syntax import syntax_tree

LOOKING = re.compile(
    rb"\b(?:getattr|__getattribute__|methodcaller|attrgetter|globals|locals|vars|__dict__)\b"
)
"""What a file mentions that looks names up."""
FORMAT = re.compile(r"\{[^{}]*\}")
PERCENT = re.compile(r"%(?:\(\w+\))?[-#0 +]*[\d*]*(?:\.[\d*]+)?[a-zA-Z]")
LETTERS = 3
"""How many letters of a name must be given for a text that is put together to count as one, if it isn't looked up at once."""
LONGEST = 4000
"""How many characters of code in a string are read for one call."""
MESSAGES = frozenset(["description", "help", "match", "message", "msg", "reason", "title"])
"""Keyword arguments whose strings are for people, or for comparing with what people are told."""
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Parts = tuple[str | None, ...]
"""Texts, and None for what is only known when the program runs."""


class Spelled(Struct, frozen=True, array_like=True):
    """A text that may be a name that is looked up: its place, and a pattern of the names that it can be."""

    line: int
    column: int
    pattern: str


class Lookups(Struct, frozen=True):
    """The names that a file may look up without spelling them where it does so, and where it may look up any name at all.

    `opened` are the lines and columns of what attributes are read from.
    """

    spelled: tuple[Spelled, ...] = ()
    opened: tuple[tuple[int, int], ...] = ()


@extractor
def lookups(data: bytes) -> Lookups:
    """What may be looked up by a name that is put together, or chosen, elsewhere. Raises what `ast.parse` raises."""
    tree = syntax_tree(data)
    found: dict[tuple[int, int, str], Spelled] = {}
    places = [(name, around) for name, around in _looked_up(tree) if not isinstance(name, ast.Constant)]
    if not places:
        return Lookups(opened=tuple(_opened(tree)))
    direct = {id(node) for name, _ in places for node in ast.walk(name)}
    around = {id(node) for _, function in places for node in _constants_near(function, tree)}
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        pattern = ""
        parts = _parts(node) if isinstance(node, ast.expr) else None
        if parts is not None and not isinstance(node, ast.Constant):
            needed = 1 if id(node) in direct else LETTERS
            if sum(c.isalnum() for part in parts if part for c in part) >= needed and None in parts:
                pattern = "".join(r"\w*" if part is None else re.escape(part) for part in parts)
        elif parts is not None and parts[0] and parts[0].isidentifier() and id(node) in around | direct:
            pattern = re.escape(parts[0])
        if pattern and isinstance(node, ast.expr):
            spelled = Spelled(node.lineno, node.col_offset, pattern)
            found[spelled.line, spelled.column, pattern] = spelled
        waiting += _below(node, parts)
    return Lookups(tuple(found[key] for key in sorted(found)), tuple(_opened(tree)))


def _opened(tree: ast.Module) -> list[tuple[int, int]]:
    """What attributes of any name are read from; not in `__getattr__`, whose names are written as attributes somewhere."""
    found: set[tuple[int, int]] = set()
    waiting: list[tuple[ast.AST, ast.AST]] = [(tree, tree)]
    while waiting:
        node, around = waiting.pop()
        if isinstance(node, FunctionNode):
            if node.name in ("__getattr__", "__getattribute__"):
                continue
            around = node
        match node:
            case ast.Call(func=func, args=[owner, name, *_]) if _last(func) in (
                "getattr",
                "__getattribute__",
            ):
                if not _is_spelled(name, around):
                    found.add(place_of(owner))
            case _:
                pass
        waiting += [(child, around) for child in ast.iter_child_nodes(node)]
    return sorted(found)


def _is_spelled(name: ast.expr, around: ast.AST) -> bool:
    """Whether at least a part of a name that is looked up is written in the function around it."""
    if any(part for part in _parts(name) or ()):
        return True
    if isinstance(name, ast.Call) and isinstance(name.func, ast.Attribute):
        return _is_spelled(name.func.value, around)  # `f"on_{x}".lower()`
    if not isinstance(name, ast.Name):
        return False
    given: list[ast.expr] = []
    for node in ast.walk(around):
        match node:
            case ast.arg(arg=bound) if bound == name.id:
                return any("parametrize" in ast.unparse(d) for d in getattr(around, "decorator_list", ()))
            case ast.Assign(targets=[ast.Name(id=bound)], value=value) if bound == name.id:
                given.append(value)
            case ast.For(target=ast.Name(id=bound), iter=ast.Tuple() | ast.List() as several):
                given += several.elts if bound == name.id else []
            case ast.Name(id=bound, ctx=ast.Store()) if bound == name.id:
                given.append(node)
            case _:
                pass
    stores = sum(isinstance(g, ast.Name) and g.id == name.id for g in given)
    texts = [g for g in given if not (isinstance(g, ast.Name) and g.id == name.id)]
    return bool(texts) and stores <= len(texts) and all(_is_spelled(g, ast.Module([], [])) for g in texts)


def _below(node: ast.AST, parts: Parts | None) -> Iterator[ast.AST]:
    """The nodes within one; of a text that is put together only what is put in, and of statements no docstrings."""
    if parts is not None and isinstance(node, ast.BinOp | ast.JoinedStr):
        inner: Iterable[ast.AST] = (n for n in ast.iter_child_nodes(node) if not isinstance(n, ast.Constant))
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        inner = ()
    else:
        inner = ast.iter_child_nodes(node)
    for child in inner:
        if isinstance(node, ast.BinOp) and parts is not None and _parts(child):
            yield from _below(child, _parts(child))
        else:
            yield child


def _looked_up(tree: ast.Module) -> Iterator[tuple[ast.expr, ast.AST | None]]:
    """The names that are looked up, each with the function around the look-up."""
    waiting: list[tuple[ast.AST, ast.AST | None]] = [(tree, None)]
    while waiting:
        node, around = waiting.pop()
        match node:
            case ast.Call(func=func, args=[_, name, *_]) if _last(func) in GETTERS:
                yield name, around
            case ast.Call(func=func, args=[name, *_]) if _last(func) in ("methodcaller", "attrgetter"):
                yield name, around
            case ast.Subscript(value=ast.Call(func=func), slice=name) if _last(func) in NAMESPACES:
                yield name, around
            case ast.Subscript(value=ast.Attribute(attr="__dict__"), slice=name):
                yield name, around
            case ast.Call(func=ast.Attribute(value=value, attr="get"), args=[name, *_]) if _is_space(value):
                yield name, around
            case _:
                pass
        inner = node if isinstance(node, FunctionNode) and around is None else around
        waiting += [(child, inner) for child in ast.iter_child_nodes(node)]


GETTERS = frozenset(["getattr", "__getattribute__"])
NAMESPACES = frozenset(["globals", "locals", "vars"])


def _is_space(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return _last(value.func) in NAMESPACES
    return isinstance(value, ast.Attribute) and value.attr == "__dict__"


def _last(func: ast.expr) -> str:
    return getattr(func, "attr", getattr(func, "id", ""))


def _constants_near(function: ast.AST | None, tree: ast.Module) -> Iterator[ast.AST]:
    """The constants from which a look-up may take its name: those of its function, and of no function at all."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Constant):
            yield node
        is_entered = not isinstance(node, FunctionNode) or node is function
        if is_entered and not _is_export(node):
            waiting += ast.iter_child_nodes(node)


def _is_export(node: ast.AST) -> bool:
    targets = getattr(node, "targets", [getattr(node, "target", None)])
    return any(getattr(target, "id", "") == "__all__" for target in targets)


def _parts(node: ast.AST) -> Parts | None:
    """A text as its known and unknown parts; None for what is no text, as far as one can see."""
    match node:
        case ast.Constant(value=str(text)):
            return (text,)
        case ast.JoinedStr(values=values):
            return tuple(str(v.value) if isinstance(v, ast.Constant) else None for v in values)
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            one, other = _parts(left), _parts(right)
            return None if one is None and other is None else (*(one or (None,)), *(other or (None,)))
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str(text))):
            return _split(PERCENT, text)
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format")):
            return _split(FORMAT, text)
        case _:
            return None


def _split(pattern: re.Pattern[str], text: str) -> Parts:
    parts: list[str | None] = []
    for number, part in enumerate(pattern.split(text)):
        parts += [None, part] if number else [part]
    return tuple(parts)


def looked_up(
    name: str, sources: Mapping[str, Source], trees: dict[str, ast.Module]
) -> Iterator[tuple[str, ast.expr, str]]:
    """Where the files of a project may look a name up without spelling it there: path, string, and what it is, for people.

    Trees of files that have none yet are added to `trees`.
    """
    for path, facts in _lookups(sources).items():
        for one in facts.spelled:
            if not re.fullmatch(one.pattern, name, re.IGNORECASE):
                continue
            trees[path] = trees.get(path) or syntax_tree(sources[path].data)
            node = _node_at(trees[path], one)
            yield path, node, f"{ast.unparse(node)[:80]} may be looked up, and be its name"


def _lookups(sources: Mapping[str, Source]) -> dict[str, Lookups]:
    return lookups.of([source for source in sources.values() if LOOKING.search(source.data)]).facts


def opened_in(sources: Mapping[str, Source]) -> dict[str, tuple[tuple[int, int], ...]]:
    """Where attributes of any name are read, by path: the places of what they are read from."""
    return {path: facts.opened for path, facts in _lookups(sources).items() if facts.opened}


def _node_at(tree: ast.Module, spelled: Spelled) -> ast.expr:
    return next(
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.expr) and place_of(node) == (spelled.line, spelled.column)
    )


def place_of(node: ast.expr) -> tuple[int, int]:
    """The line and the column where an expression begins."""
    return node.lineno, node.col_offset


class Quoted(Struct, frozen=True):
    """A call in a string: the line of the text that it is in, from 0, and whether it is called on something.

    `call` None: it can't be read as a call.
    """

    call: Any
    line: int
    is_attribute: bool


def quoted_calls(text: str, name: str, is_doc: bool) -> list[Quoted]:
    """The calls of a name in code that a string holds; of a docstring only in examples that doctest runs."""
    if is_doc:
        return list(_examples(text, name)) if ">>>" in text else []
    calls = []
    for match in re.finditer(rf"(?<!\w){re.escape(name)}\(", text):
        before = text[: match.start()].rstrip()
        if not before.endswith(("def", "class")):
            call = _call(text, match.start())
            calls.append(Quoted(call, text.count("\n", 0, match.start()), before.endswith(".")))
    return calls


def _examples(text: str, name: str) -> Iterator[Quoted]:
    try:
        examples = doctest.DocTestParser().get_examples(text)
    except ValueError:  # its indentation isn't one that doctest takes
        return
    for example in examples:
        try:
            tree = ast.parse(example.source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _last(node.func) == name:
                yield Quoted(node, example.lineno + node.lineno - 1, isinstance(node.func, ast.Attribute))


def _call(text: str, start: int) -> ast.Call | None:
    """The call that begins at a place of a text, if it can be read."""
    end = min(len(text), start + LONGEST)
    close = text.find(")", start, end)
    while close >= 0:
        try:
            tree = ast.parse(text[start : close + 1], mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            close = text.find(")", close + 1, end)
            continue
        return tree.body if isinstance(tree.body, ast.Call) else None
    return None


def is_docstring(ancestors: Sequence[ast.AST]) -> bool:
    """Whether a constant with these ancestors is the docstring of something."""
    if len(ancestors) < 2 or not isinstance(ancestors[-1], ast.Expr):
        return False
    owner = ancestors[-2]
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return isinstance(owner, documented) and owner.body[0] is ancestors[-1]


def is_prose(ancestors: Sequence[ast.AST]) -> bool:
    """Whether a string at a place is a message, or what a result is compared with, rather than code."""
    parent = ancestors[-1]
    if isinstance(parent, ast.Compare) or (isinstance(parent, ast.keyword) and parent.arg in MESSAGES):
        return True
    return any(isinstance(ancestor, ast.Raise) for ancestor in ancestors)


def is_named_by(types: Inference, target: Target, classes: Collection[Ref], path: str, prefix: str) -> bool:
    """Whether a dotted string before the function's name means where it can be found, for the file of `path`."""
    symbols, parts = types.symbols, prefix.replace(":", ".").split(".")
    for count in range(len(parts), 0, -1):
        module = symbols.target(".".join(parts[:count]), path)
        if not isinstance(module, ModuleRef):
            continue
        found: Any = module
        for name in parts[count:]:
            found = symbols.member(found, name, path)
        if target.is_constructor:
            return symbols.member(found, target.called, path) in classes
        if target.owner is not None:
            if found is None or isinstance(found, ModuleRef | Definition):
                return False
            inherited = symbols.attribute(found, target.short)
            return isinstance(inherited, Member) and inherited.owner == target.owner
        member = symbols.member(found, target.short, path)
        return isinstance(member, Definition) and (member.path, member.name) == (target.path, target.name)
    return False
