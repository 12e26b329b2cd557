"""Every place in a project that bears a function's name, and what it means there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from refactorkit.analysis.declared_types import classes_of
from refactorkit.analysis.definitions import Scope, read_scope
from refactorkit.analysis.expressions import Name, expression, written
from refactorkit.analysis.inference import Inference
from refactorkit.analysis.signature_definition import Target, constructed
from refactorkit.analysis.signature_scopes import (
    Ancestors,
    FunctionNode,
    aliases,
    is_hidden,
    is_of_family,
    is_type_context,
    may_stand_for,
    name_of,
    root_of,
)
from refactorkit.analysis.signature_strings import (
    Quoted,
    is_docstring,
    is_named_by,
    is_prose,
    looked_up,
    opened_in,
    place_of,
    quoted_calls,
)
from refactorkit.analysis.signatures import is_marked
from refactorkit.analysis.symbols import Ref
from refactorkit.analysis.values import (
    Callee,
    ClassObject,
    Instance,
    Module,
    Nothing,
    Outside,
    Place,
    Returning,
    Super,
    Unknown,
    Value,
    Values,
)
from refactorkit.analysis.walk_lines import has_word, lines_with, walk_lines
from refactorkit.model import Source
from refactorkit.syntax import describe, syntax_tree

FACTS_ABOUT = frozenset(["__name__", "__qualname__", "__module__", "__doc__", "cache_clear", "cache_info"])
"""Attributes of a function that don't depend on its signature."""
BY_NAME = frozenset(["getattr", "setattr", "delattr", "hasattr", "attrgetter", "methodcaller", "object"])
"""Last names of functions that take the name of an attribute: `object` is that of `patch.object`."""
CALLING = frozenset(["builtins", "functools", "threading", "concurrent", "asyncio", "atexit", "itertools"])
"""Modules whose functions call what they are given, or keep it, and don't ask for its parameters."""


class Reference(Struct, frozen=True):
    """A place that may mean the function. `call` is the call of it, if it is called there.

    `means`: `it`, `other`, `perhaps` (nobody knows) or `both` (it or another). `bound` is how many parameters what it is
    called on fills. `how`: `call`, `value`, `fact` (an attribute such as its name), `string`, `store`, `name` (a string that
    may be looked up) or `code` (a string with a call of it).
    """

    path: str
    node: ast.expr
    call: ast.Call | None
    means: str
    how: str
    bound: int = 0
    said: str = ""
    handed_to: str = ""
    """What gets the function as an argument and may read its signature."""
    quoted: tuple[Quoted, ...] = ()
    """The calls of it in a string of code."""


class References(Struct, frozen=True):
    """What was found, the trees of the files it was found in, and for those that could not be read, why."""

    found: tuple[Reference, ...]
    trees: dict[str, ast.Module]
    failures: dict[str, str]


def references(
    types: Inference, target: Target, sources: Mapping[str, Source], tree: ast.Module
) -> References:
    """All places of a project that bear the function's name or an alias that an import gives it.

    `tree` is that of the function's own file. Nodes are known by their identity: `syntax_tree` may forget a tree.
    """
    classes = constructed(types, target)
    names = [ref.name.rpartition(".")[2] for ref in classes] or [target.short]
    words = tuple(sorted({*names, *(aliases(names, sources) if target.owner is None or classes else ())}))
    looked_for = {*words, target.short, *(("cls", "type", "__class__") if classes else ())}
    raw = [word.encode() for word in words]
    found: list[Reference] = []
    failures: dict[str, str] = {}
    trees = {target.path: tree}
    readers: list[_Reader] = []  # they keep the scopes that the inference knows by their identity
    for path, source in sources.items():
        if not any(word in source.data and has_word(source.data, word) for word in raw):
            continue
        try:
            trees[path] = trees.get(path) or syntax_tree(source.data)
        except (SyntaxError, ValueError, RecursionError) as error:
            failures[path] = describe(error)
            continue
        reader = _Reader(types, target, path, words, classes)
        readers.append(reader)
        for node, ancestors in walk_lines(trees[path], lines_with(source.data, looked_for)):
            reference = reader.read(node, ancestors)
            if reference is not None:
                found.append(reference)
    known = {(r.path, *place_of(r.node)) for r in found}
    for path, node, said in looked_up(target.called, sources, trees):
        if (path, *place_of(node)) not in known:
            found.append(Reference(path, node, None, "perhaps", "name", said=said))
    if target.owner is not None and not classes:
        for path, places in opened_in(sources).items():
            trees[path] = trees.get(path) or syntax_tree(sources[path].data)
            readers.append(_Reader(types, target, path, words, classes))
            for node, ancestors in walk_lines(trees[path], sorted({line for line, _ in places})):
                if isinstance(node, ast.expr) and place_of(node) in places:
                    found += filter(None, [readers[-1].opened(node, ancestors)])
    return References(tuple(found), trees, failures)


class _Reader:
    """Reads the references of one file."""

    def __init__(
        self, types: Inference, target: Target, path: str, words: Sequence[str], classes: Sequence[Ref]
    ) -> None:
        self._types = types
        self._target = target
        self._path = path
        self._words = frozenset(words)
        self._classes = frozenset(classes)
        self._scopes: list[Scope] = []
        self._known: dict[int, int] = {}
        self._tuples: dict[int, tuple[Scope, ...]] = {}
        self._strings = re.compile(rf"(?:([\w.]+)[.:])?{re.escape(target.called)}")

    def read(self, node: ast.AST, ancestors: Ancestors) -> Reference | None:
        if self._classes and (found := self._class(node, ancestors)):
            return found
        match node:
            case ast.Name(id=name, ctx=ast.Load()) if name in self._words:
                return self._name(node, ancestors)
            case ast.Attribute(attr=name) if name == self._target.short:
                return self._attribute(node, ancestors)
            case ast.Constant(value=str(text)) if self._target.called in text:
                return self._string(node, text, ancestors)
            case _:
                return None

    def _name(self, node: ast.Name, ancestors: Ancestors) -> Reference | None:
        if self._target.is_constructor:
            return None
        if self._is_in_own_class(ancestors):
            return self._reference(node, ancestors, "it", 0, "")
        if is_hidden(node.id, node, ancestors) or self._target.owner is not None:
            return None  # a variable, which holds the function only if it is handed on elsewhere
        values = self._types.infer(Name(node.id), self._place(node, ancestors))
        hits = [v for v in values if self._target_in(v)]
        if hits:
            return self._reference(node, ancestors, "it" if len(hits) == len(values) else "both", 0, "")
        if node.id != self._target.short:
            return None  # the alias of something else
        unknown = [v.why for v in values if isinstance(v, Unknown)]
        if unknown and not self._is_variable(node.id, node, ancestors):
            return self._reference(node, ancestors, "perhaps", 0, unknown[0])
        return None if unknown else self._reference(node, ancestors, "other", 0, name_of(values))

    def _class(self, node: ast.AST, ancestors: Ancestors) -> Reference | None:
        """A place that names a class which the function constructs: a call of it, or another use that may lead to one."""
        match node:
            case ast.Name(id=name, ctx=ast.Load()) if name in self._words or name == "cls":
                values = self._types.infer(Name(name), self._place(node, ancestors))
                values = () if is_hidden(name, node, ancestors) else values
            case ast.Attribute(attr=name) if name in self._words:
                values = self._types.infer(expression(node), self._place(node, ancestors))
            case ast.Attribute(attr="__class__", value=value):
                values = classes_of(self._types.infer(expression(value), self._place(node, ancestors)))
            case ast.Call(func=ast.Name(id="type"), args=[value]):
                values = classes_of(self._types.infer(expression(value), self._place(node, ancestors)))
            case _:
                return None
        hits = [v for v in values if isinstance(v, ClassObject) and v.cls in self._classes]
        while isinstance(ancestors[-1], ast.Subscript) and ancestors[-1].value is node:  # `Box[int](...)`
            node, ancestors = ancestors[-1], ancestors[:-1]
        is_call = isinstance(ancestors[-1], ast.Call) and ancestors[-1].func is node
        is_named = isinstance(node, ast.Name | ast.Attribute) and getattr(node, "id", "") != "cls"
        if not hits:
            unknown = [v.why for v in values if isinstance(v, Unknown)]
            if not (unknown and is_call and is_named) or self._is_variable(
                getattr(node, "id", ""), node, ancestors
            ):
                return None
            return self._reference(node, ancestors, "perhaps", 1, unknown[0])
        if not is_call and is_type_context(node, ancestors):
            return None
        is_sure = len(hits) == len([v for v in values if not isinstance(v, Nothing)])
        is_sure = is_sure and all(hit.is_exact or not self._is_overridden(hit.cls) for hit in hits)
        return self._reference(node, ancestors, "it" if is_sure else "both", 1, "")

    def _is_overridden(self, ref: Ref) -> bool:
        return bool(set(self._types.subclasses.of(ref).certain) - self._classes)

    def _is_in_own_class(self, ancestors: Ancestors) -> bool:
        """Whether the name stands in the body of the class that defines the method, and in no function there."""
        owner = self._target.owner
        if owner is None or owner.path != self._path:
            return False
        scopes = [a for a in ancestors if isinstance(a, FunctionNode | ast.ClassDef | ast.Lambda)]
        inner = scopes[-1] if scopes else None
        return isinstance(inner, ast.ClassDef) and inner.name == owner.name.rpartition(".")[2]

    def _is_variable(self, name: str, node: ast.AST, ancestors: Ancestors) -> bool:
        """Whether a function around the place binds the name."""
        place = self._place(node, ancestors)
        while place.scope is not None:
            scope = place.scope
            if name in scope.names or any(p.name == name for p in scope.function.parameters):
                return name not in scope.outer
            place = place.around
        return False

    def _attribute(self, node: ast.Attribute, ancestors: Ancestors) -> Reference | None:
        root = root_of(node)
        place = self._place(node, ancestors)
        in_lambda = root is not None and is_hidden(root, node, ancestors)
        receivers: Values = (
            (Unknown("it is a variable of a lambda or a comprehension"),)
            if in_lambda
            else self._types.infer(expression(node.value), place)
        )
        hits: list[Callee] = []
        others: list[str] = []
        unknown: list[str] = []
        for receiver in receivers:
            if isinstance(receiver, Nothing):
                continue
            if isinstance(receiver, Unknown):
                unknown.append(receiver.why)
                continue
            for value in self._types.attribute(receiver, node.attr):
                if callee := self._target_in(value):
                    hits.append(callee)
                elif isinstance(value, Unknown) and not self._is_stranger(receiver):
                    unknown.append(value.why)
                elif said := may_stand_for(self._types, self._target, receiver, value):
                    unknown.append(said)
                else:
                    others.append(name_of((value,)))
        if hits:
            bounds = {self._bound(hit) for hit in hits}
            is_sure = not others and not unknown and len(bounds) == 1
            return self._reference(node, ancestors, "it" if is_sure else "both", min(bounds), "")
        if unknown:
            return self._reference(node, ancestors, "perhaps", self._target.first, unknown[0])
        return self._reference(node, ancestors, "other", self._target.first, others[0]) if others else None

    def opened(self, node: ast.expr, ancestors: Ancestors) -> Reference | None:
        """A place that attributes of any name are read from, if it may be an object of the method's class."""
        if not isinstance(ancestors[-1], ast.Call) or node not in ancestors[-1].args[:1]:
            return None
        for value in self._types.infer(expression(node), self._place(node, ancestors)):
            if is_of_family(self._types, self._target, value):
                said = f"{ast.unparse(ancestors[-1])[:80]} may look up any method"
                return Reference(self._path, node, None, "perhaps", "name", said=said)
        return None

    def _is_stranger(self, receiver: Value) -> bool:
        """Whether what is read of a receiver can't be the function: something of another module, or of a library."""
        if isinstance(receiver, Super) and self._target.is_constructor and self._target.owner is not None:
            known = self._types.subclasses.of(self._target.owner)
            return receiver.owner not in (*known.certain, *known.doubtful)
        if isinstance(receiver, Module):
            return self._target.owner is not None
        if isinstance(receiver, Instance | ClassObject | Super):
            return self._target.owner is None
        return isinstance(receiver, Outside) and receiver.kind == "name"

    def _target_in(self, value: Value) -> Callee | None:
        """The function, if a value is that, or hands all arguments on to it."""
        callee = value.callee if isinstance(value, Returning) else value
        wanted = (self._target.path, self._target.name)
        return callee if isinstance(callee, Callee) and (callee.path, callee.name) == wanted else None

    @staticmethod
    def _bound(callee: Callee) -> int:
        """How many leading parameters are filled by what the function is called on."""
        if callee.receiver is None or is_marked(callee.functions[-1], "staticmethod"):
            return 0
        if is_marked(callee.functions[-1], "classmethod"):
            return 1
        return 0 if isinstance(callee.receiver, ClassObject) else 1

    def _reference(
        self, node: ast.expr, ancestors: Ancestors, means: str, bound: int, said: str
    ) -> Reference:
        parent = ancestors[-1]
        call = parent if isinstance(parent, ast.Call) and parent.func is node else None
        how = "call" if call is not None else "value"
        if isinstance(parent, ast.Attribute) and parent.attr in FACTS_ABOUT:
            how = "fact"
        if isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
            how = "store"
        return Reference(self._path, node, call, means, how, bound, said, self._handed_to(ancestors))

    def _handed_to(self, ancestors: Ancestors) -> str:
        """What a function is an argument of, as far as that may look into it: not what only calls or keeps it."""
        parents = [a for a in ancestors[-2:] if isinstance(a, ast.Call | ast.keyword)]
        if not parents or parents[-1] is not ancestors[-1]:
            return ""
        call = parents[0] if isinstance(parents[-1], ast.keyword) else parents[-1]
        if not isinstance(call, ast.Call):
            return ""
        callees = self._types.infer(expression(call.func), self._place(call.func, ancestors))
        if all(isinstance(c, Outside) and c.qualified.partition(".")[0] in CALLING for c in callees):
            return ""
        return written(expression(call.func))

    def _string(self, node: ast.Constant, text: str, ancestors: Ancestors) -> Reference | None:
        match = self._strings.fullmatch(text)
        parent = ancestors[-1]
        if match is None:
            return self._code(node, text, ancestors)
        if isinstance(parent, ast.Expr):
            return None
        if match[1]:
            is_it = is_named_by(self._types, self._target, self._classes, self._path, match[1])
            return Reference(self._path, node, None, "it", "string", said=f"{text!r}") if is_it else None
        last = getattr(
            getattr(parent, "func", None), "attr", getattr(getattr(parent, "func", None), "id", "")
        )
        if not isinstance(parent, ast.Call) or last not in BY_NAME:
            return None
        if last in ("attrgetter", "methodcaller") or not parent.args:
            return Reference(self._path, node, None, "perhaps", "string", said=f"{last}({text!r})")
        owner = self._types.infer(expression(parent.args[0]), self._place(node, ancestors))
        values = [
            v for o in owner if not isinstance(o, Unknown | Nothing) for v in self._types.attribute(o, text)
        ]
        if self._has_target(values):
            return Reference(self._path, node, None, "it", "string", said=f"{last}(..., {text!r})")
        if self._target.owner is None or not any(isinstance(o, Unknown) for o in owner):
            return None
        return Reference(self._path, node, None, "perhaps", "string", said=f"{last}(..., {text!r})")

    def _code(self, node: ast.Constant, text: str, ancestors: Ancestors) -> Reference | None:
        """A string with code that may call the function: an example of a docstring, or what somebody runs or writes."""
        is_doc = is_docstring(ancestors)
        quoted = quoted_calls(text, self._target.called, is_doc)
        is_bare = self._target.owner is None or self._target.is_constructor
        known = self._types.infer(Name(self._target.called), self._types.module(self._path))
        if not is_bare or (is_doc and "import" not in text and not self._has_target(known)):
            quoted = [one for one in quoted if one.is_attribute]
        said = "an example in a docstring calls it" if is_doc else "code in a string may call it"
        code = () if is_prose(ancestors) else tuple(quoted)
        return Reference(self._path, node, None, "perhaps", "code", said=said, quoted=code) if code else None

    def _has_target(self, values: Sequence[Value]) -> bool:
        """Whether one of some values is the function, or a class that it constructs."""
        return any(
            self._target_in(v) or (isinstance(v, ClassObject) and v.cls in self._classes) for v in values
        )

    def _place(self, node: ast.AST, ancestors: Ancestors) -> Place:
        """The function that an expression is evaluated in: not the one whose default or decorator it is."""
        index, prefix, owner = -1, "", ""
        for number, ancestor in enumerate(ancestors):
            child = ancestors[number + 1] if number + 1 < len(ancestors) else node
            if isinstance(ancestor, ast.ClassDef) and any(child is s for s in ancestor.body):
                owner = prefix + ancestor.name
                prefix = f"{owner}."
            elif isinstance(ancestor, FunctionNode) and any(child is s for s in ancestor.body):
                if id(ancestor) not in self._known:
                    self._known[id(ancestor)] = len(self._scopes)
                    self._scopes.append(read_scope(ancestor, prefix, owner, index))
                index = self._known[id(ancestor)]
                prefix, owner = f"{prefix}{ancestor.name}.<locals>.", ""
        scopes = self._tuples.setdefault(len(self._scopes), tuple(self._scopes))
        return Place(self._path, scopes, index)


def ordered(found: Sequence[Reference]) -> Iterator[Reference]:
    """By file and place."""
    yield from sorted(found, key=lambda r: (r.path, r.node.lineno, r.node.col_offset))
