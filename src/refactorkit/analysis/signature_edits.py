"""The edits of a definition and of calls, made twice: in the text, and in a copy of the syntax tree.

When the edited text parses to the edited tree, nothing else has changed: that is held against each file as a whole.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from refactorkit.analysis.definitions import FunctionNode
from refactorkit.analysis.parameter_uses import Uses
from refactorkit.analysis.signature_calls import Todo
from refactorkit.analysis.signature_docstrings import docstring_edits
from refactorkit.analysis.signature_request import Added, Change
from refactorkit.analysis.signature_text import Edit, Listing, NotEditable, Sheet, applied
from refactorkit.splice import text_of
from refactorkit.syntax import syntax_tree

OPENING = re.compile(r"\\(?:\r\n|\r|\n)|#[^\r\n]*|[^#\\]")


class Draft:
    """The edits of one file as they come together."""

    def __init__(self, data: bytes, tree: ast.Module) -> None:
        self._data = data
        self.sheet = Sheet(text_of(data))
        self._tree = tree
        self.edits: list[Edit] = []

    @cached_property
    def _copy(self) -> tuple[ast.Module, dict[int, Any]]:
        """The tree that is edited, and its nodes by the identity of the old ones."""
        memo: dict[int, Any] = {}
        return copy.deepcopy(self._tree, memo), memo

    def _copied(self, node: Any) -> Any:
        return self._copy[1][id(node)]

    def call(self, call: ast.Call, todo: Todo) -> list[Edit]:
        """Edit a call. Raises NotEditable."""
        nodes: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
        ordered = sorted(nodes, key=self.sheet.start)
        numbers = {id(node): number for number, node in enumerate(ordered)}
        close = self.sheet.end(call) - 1
        start = self._opening(self.sheet.end(call.func), close + 1)
        listing = Listing(
            self.sheet, [(self.sheet.start(n), self.sheet.end(n)) for n in ordered], start, close
        )
        gone = [*(call.args[i] for i in todo.drop), *(call.keywords[i] for i in todo.drop_keywords)]
        edits = listing.edits(
            [numbers[id(node)] for node in gone],
            [(numbers[id(call.args[index])], code) for index, code in todo.insert],
            [f"{name}={code}" for name, code in todo.append],
        )
        for index, name in todo.rename:
            at = self.sheet.start(call.keywords[index])
            edits.append(Edit(at, at + len(call.keywords[index].arg or ""), name))
        self._checked(edits)
        self._edit_call(self._copied(call), todo)
        return edits

    def _edit_call(self, wanted: ast.Call, todo: Todo) -> None:
        for index, name in todo.rename:
            wanted.keywords[index].arg = name
        arguments: list[ast.expr] = []
        for index, argument in enumerate(wanted.args):
            arguments += [_parsed(code) for place, code in todo.insert if place == index]
            if index not in todo.drop:
                arguments.append(argument)
        wanted.args = arguments
        wanted.keywords = [k for i, k in enumerate(wanted.keywords) if i not in todo.drop_keywords]
        wanted.keywords += [ast.keyword(name, _parsed(code)) for name, code in todo.append]

    def _opening(self, start: int, end: int) -> int:
        """Behind the first opening bracket from a place on: brackets may close and comments stand before it."""
        for match in OPENING.finditer(self.sheet.code, start, end):
            if match[0] == "(":
                return match.end()
        raise NotEditable("its brackets can't be found")

    def _checked(self, edits: Sequence[Edit]) -> None:
        applied(self.sheet.code, [*self.edits, *edits])
        self.edits += edits

    def definition(self, node: FunctionNode, change: Change) -> list[Edit]:
        """Edit a function's parameters. Raises NotEditable."""
        arguments = node.args
        order = [*arguments.posonlyargs, *arguments.args]
        all_of = [
            *order,
            *filter(None, [arguments.vararg]),
            *arguments.kwonlyargs,
            *filter(None, [arguments.kwarg]),
        ]
        defaults = _defaults(arguments)
        close = self._closing(node)
        start = self._opening(self._behind_name(node), close)
        extents = [
            (self.sheet.start(a), max(self.sheet.end(n) for n in (a, a.annotation, defaults.get(a.arg)) if n))
            for a in all_of
        ]
        listing = Listing(self.sheet, extents, start, close)
        names = [a.arg for a in all_of]
        gone = [names.index(name) for name in change.removed]
        left = [a for a in arguments.kwonlyargs if a.arg not in change.removed]
        if arguments.posonlyargs and all(a.arg in change.removed for a in arguments.posonlyargs):
            raise NotEditable("nothing would stand before the / of its signature")
        comes = any(added.is_keyword for added in change.added)
        loses_marker = bool(arguments.kwonlyargs) and not left and not comes and arguments.vararg is None
        marked = [names.index(arguments.kwonlyargs[0].arg)] if loses_marker else []
        edits = self._with_added(listing, change, arguments, gone, marked)
        for old, new in change.renamed:
            at = extents[names.index(old)][0]
            edits.append(Edit(at, at + len(old), new))
        self._checked(edits)
        _edit_arguments(self._copied(node).args, change)
        return edits

    def _with_added(
        self, listing: Listing, change: Change, arguments: ast.arguments, gone: list[int], marked: list[int]
    ) -> list[Edit]:
        inside = [(at, added) for added in change.added if (at := change.index(added)) is not None]
        insert = [
            (at, added.bare if added.name in change.required else added.declaration) for at, added in inside
        ]
        last = [
            a.declaration
            for a in change.added
            if change.index(a) is None and not (a.is_keyword or _is_behind(a, change))
        ]
        keyword = [a.declaration for a in change.added if a.is_keyword or _is_behind(a, change)]
        if keyword and not (arguments.vararg or arguments.kwonlyargs):
            keyword = ["*", *keyword]
        count = len(change.order)
        edits: list[Edit] = []
        if last and arguments.kwonlyargs:  # they go before the `*`, which is no item
            at = listing.items[count - 1].last if count else listing.open
            if count and change.position_only == count:
                raise NotEditable("a / stands where the new parameter goes")
            code = "".join(f" {one}," for one in last) if count else "".join(f"{one}, " for one in last)
            edits.append(Edit(at, at, code))
            last = []
        behind = [*last, *keyword]
        if behind and count and change.position_only == count == len(listing.items):
            raise NotEditable("a / ends its signature")
        if arguments.kwarg:
            insert += [(len(listing.items) - 1, code) for code in behind]
            behind = []
        return [*edits, *listing.edits(gone, insert, behind, marked)]

    def _behind_name(self, node: FunctionNode) -> int:
        """Behind the name and the type parameters of a function."""
        start = self.sheet.start(node)
        pattern = re.compile(r"(?:async(?:\s|\\[\r\n]+)+)?def(?:\s|\\[\r\n]+)+" + re.escape(node.name))
        match = pattern.match(self.sheet.code, start)
        if match is None:
            raise NotEditable("its name can't be found")
        parameters = getattr(node, "type_params", None) or []
        return max([match.end(), *(self.sheet.end(parameter) for parameter in parameters)])

    def _closing(self, node: FunctionNode) -> int:
        """The place of the bracket that ends the parameters: the last one before `->`, or before the `:`."""
        code = self.sheet.code
        inner = [n for n in ast.walk(node.args) if hasattr(n, "lineno")]
        start = max([self.sheet.end(n) for n in inner], default=self._behind_name(node))
        stop = self.sheet.start(node.returns) if node.returns else self.sheet.start(node.body[0])
        for match in OPENING.finditer(code, start, stop):
            if match[0] == ")":
                following = COMMENT_OR_SPACE.match(code, match.end())
                if following and code.startswith(("->", ":"), following.end()):
                    return match.start()
        raise NotEditable("its brackets can't be found")

    def uses(self, uses: Uses, old: str, new: str) -> list[Edit]:
        """Rename a parameter in the body. Raises NotEditable."""
        edits = []
        for name in uses.names:
            at = self.sheet.start(name)
            if self.sheet.code[at : at + len(old)] != old:
                raise NotEditable(f"{old} can't be found in line {name.lineno}")
            edits.append(Edit(at, at + len(old), new))
            self._copied(name).id = new
        for statement in uses.nonlocals:
            start, end = self.sheet.start(statement), self.sheet.end(statement)
            match = re.compile(rf"\b{re.escape(old)}\b").search(self.sheet.code, start + len("nonlocal"), end)
            if match is None:
                raise NotEditable(f"{old} can't be found in line {statement.lineno}")
            edits.append(Edit(match.start(), match.end(), new))
            wanted = self._copied(statement)
            wanted.names = [new if name == old else name for name in wanted.names]
        self._checked(edits)
        return edits

    def printed(self, function: FunctionNode, uses: Uses) -> int:
        """The line of the first f-string that prints the source of a use (`f"{name=}"`), or 0."""
        names = set(map(id, uses.names))
        for node in ast.walk(function):
            if isinstance(node, ast.FormattedValue) and names & set(map(id, ast.walk(node.value))):
                if PRINTED.match(self.sheet.code, self.sheet.end(node.value)):
                    return node.value.lineno
        return 0

    def docstring(self, node: FunctionNode, renamed: Sequence[tuple[str, str]]) -> list[Edit]:
        """Rename parameters in the docstring's list of parameters, where it says no more than their names."""
        first = node.body[0]
        if not (
            isinstance(first, ast.Expr)
            and isinstance(first.value, ast.Constant)
            and isinstance(first.value.value, str)
        ):
            return []
        start, end = self.sheet.start(first.value), self.sheet.end(first.value)
        found = docstring_edits(self.sheet.code[start:end], renamed)
        edits = [Edit(start + edit.start, start + edit.end, edit.new) for edit in found]
        if edits:
            self._checked(edits)
            text = applied(self.sheet.code[start:end], found)
            self._copied(first.value).value = ast.literal_eval(text)
        return edits

    def result(self) -> bytes | None:
        """The file's new bytes; None when they don't parse to what was meant."""
        text = text_of(self._data)
        encoding = "utf-8" if text.encoding == "utf-8-sig" else text.encoding
        try:
            after = text.bom + applied(self.sheet.code, self.edits).encode(encoding)
            found = syntax_tree(after)
        except (SyntaxError, ValueError, RecursionError):
            return None
        return after if ast.dump(found) == ast.dump(self._copy[0]) else None


PRINTED = re.compile(r"[\s)]*=\s*[!:}]")
COMMENT_OR_SPACE = re.compile(r"(?:\s|\\[\r\n]|#[^\r\n]*)*")


def _is_behind(added: Added, change: Change) -> bool:
    """Whether a parameter comes behind `*args`, where nothing is given by its place any more."""
    return change.has_rest and change.index(added) is None


def _defaults(arguments: ast.arguments) -> dict[str, ast.expr]:
    order = [*arguments.posonlyargs, *arguments.args]
    found = {
        a.arg: d
        for a, d in zip(order[len(order) - len(arguments.defaults) :], arguments.defaults, strict=True)
    }
    return found | {a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d}


def _edit_arguments(wanted: ast.arguments, change: Change) -> None:
    """The same for the syntax tree."""
    defaults = _defaults(wanted)
    position_only = len(wanted.posonlyargs)
    order = [(a, defaults.get(a.arg)) for a in (*wanted.posonlyargs, *wanted.args)]
    keywords = [(a, defaults.get(a.arg)) for a in wanted.kwonlyargs]
    made: list[tuple[ast.arg, ast.expr | None]] = []
    for index, pair in enumerate(order):
        for added in change.added:
            if change.index(added) == index:
                made.append(
                    (_argument(added), None if added.name in change.required else _parsed(added.default))
                )
        made.append(pair)
    for added in change.added:
        if change.index(added) is None:
            goes_behind = added.is_keyword or _is_behind(added, change)
            (keywords if goes_behind else made).append((_argument(added), _parsed(added.default)))
    gone = len([a for a in wanted.posonlyargs if a.arg in change.removed])
    made = [(a, d) for a, d in made if a.arg not in change.removed]
    keywords = [(a, d) for a, d in keywords if a.arg not in change.removed]
    names = dict(change.renamed)
    for argument, _ in (*made, *keywords):
        argument.arg = names.get(argument.arg, argument.arg)
    wanted.posonlyargs = [a for a, _ in made[: position_only - gone]]
    wanted.args = [a for a, _ in made[position_only - gone :]]
    wanted.defaults = [d for _, d in made if d is not None]
    wanted.kwonlyargs = [a for a, _ in keywords]
    wanted.kw_defaults = [d for _, d in keywords]


def _argument(added: Added) -> ast.arg:
    return ast.arg(added.name, _parsed(added.annotation) if added.annotation else None)


def _parsed(code: str) -> ast.expr:
    return ast.parse(code, mode="eval").body
