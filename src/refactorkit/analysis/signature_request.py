"""What is asked of a signature: parameters to add, rename and remove, as the options spell them."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from difflib import get_close_matches
from keyword import iskeyword

from msgspec import Struct

from refactorkit.config import ConfigError, nearest

ADDED = re.compile(r"(?P<star>\*?)(?P<name>\w+)(?:@(?P<place>\d+))?(?:\s*:\s*(?P<annotation>[^=]+?))?\s*")
"""What stands before the `=` of an added parameter: `limit`, `*limit`, `limit@1`, `limit: int | None`."""


ALIKE = 0.75
"""How alike names are, by difflib's ratio, for one to be a slip of the pen: `timeot` and `timeout`, not `lid` and `kind`."""


class Added(Struct, frozen=True):
    """A parameter to add. `place` counts from 0 without `self`; None: the last place that needs no call to change."""

    name: str
    default: str
    annotation: str = ""
    place: int | None = None
    is_keyword: bool = False

    @property
    def declaration(self) -> str:
        """The parameter as it is written, with its default."""
        return f"{self.bare} = {self.default}" if self.annotation else f"{self.name}={self.default}"

    @property
    def bare(self) -> str:
        """The parameter as it is written, without a default."""
        return f"{self.name}: {self.annotation}" if self.annotation else self.name

    @property
    def is_literal(self) -> bool:
        """Whether the default means the same wherever it is written."""
        try:
            ast.literal_eval(self.default)
        except (ValueError, TypeError, SyntaxError):
            return False
        return True


class Asked(Struct, frozen=True):
    """All that is asked of one function; `renamed` are pairs of the old and the new name."""

    function: str
    added: tuple[Added, ...]
    renamed: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]


def asked(function: str, add: Sequence[str], rename: Sequence[str], remove: Sequence[str]) -> Asked:
    """The options of change-signature. Raises ConfigError for what can't be meant."""
    if not function:
        raise ConfigError("change-signature needs a function: -o function=package.module.name")
    parts = function.split(".")
    if len(parts) < 2 or not all(part.isidentifier() for part in parts):
        raise ConfigError(
            f"function={function} names no function: write it as package.module.name or package.module.Class.name"
        )
    if not (add or rename or remove):
        raise ConfigError(
            f"nothing is asked of {function}: -o add=name=default, -o rename=old:new or -o remove=name"
        )
    made = Asked(
        function,
        tuple(map(_added, add)),
        tuple(map(_renamed, rename)),
        tuple(_name("remove", n) for n in remove),
    )
    new = [a.name for a in made.added] + [new for _, new in made.renamed]
    old = [old for old, _ in made.renamed] + list(made.removed)
    for names in (new, old):
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise ConfigError(f"{twice[0]} is named twice: name it once")
    both = sorted(set(new) & set(old))
    if both:
        raise ConfigError(f"{both[0]} goes and comes in one step: take two")
    return made


def _added(text: str) -> Added:
    left, equals, default = text.partition("=")
    match = ADDED.fullmatch(left.strip())
    if not equals or not default.strip() or not match:
        raise ConfigError(
            f"add={text} is not possible: write name=default, *name=default (keyword-only) or name@1=default (second)"
        )
    if match["star"] and match["place"]:
        raise ConfigError(f"add={text} is not possible: a keyword-only parameter has no place")
    default = default.strip()
    annotation = (match["annotation"] or "").strip()
    for what, code in (("default", default), ("annotation", annotation)):
        if code and not _is_expression(code):
            raise ConfigError(f"add={text} is not possible: its {what} {code!r} is no expression on one line")
    if _is_mutable(default):
        raise ConfigError(
            f"add={text} is not possible: all calls would share that one value: give None or a tuple"
        )
    place = int(match["place"]) if match["place"] else None
    made = Added(_name("add", match["name"]), default, annotation, place, bool(match["star"]))
    if place is not None and not made.is_literal:
        raise ConfigError(
            f"add={text} is not possible: calls may have to pass {default}, which is no literal"
        )
    return made


def _renamed(text: str) -> tuple[str, str]:
    old, colon, new = (part.strip() for part in text.partition(":"))
    if not colon or not old or not new or old == new:
        raise ConfigError(f"rename={text} is not possible: write rename=old:new")
    return _name("rename", old), _name("rename", new)


def _name(option: str, text: str) -> str:
    name = text.strip()
    if not name.isidentifier() or iskeyword(name):
        raise ConfigError(f"{option}={text} is not possible: {name!r} is no name of a parameter")
    if name.startswith("__"):
        raise ConfigError(f"{option}={text} is not possible: classes mangle names such as {name}")
    return name


def _is_expression(code: str) -> bool:
    if "\n" in code or "\r" in code or "#" in code:
        return False
    try:
        tree = ast.parse(f"f(x={code})", mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    call = tree.body
    return isinstance(call, ast.Call) and not call.args and len(call.keywords) == 1


def _is_mutable(code: str) -> bool:
    value = ast.parse(code, mode="eval").body
    if isinstance(value, ast.Call):
        return getattr(value.func, "id", "") in ("list", "dict", "set", "bytearray")
    return isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp)


class Change(Struct, frozen=True):
    """What is left to do to a function, once what holds already is left out.

    `order` are the names of its parameters that take arguments by position, from the first, `self` included;
    `first` is how many of them come before those that callers count (1 for `self` or `cls`, else 0).
    """

    asked: Asked
    added: tuple[Added, ...]
    renamed: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    order: tuple[str, ...]
    keywords: tuple[str, ...]
    position_only: int
    first: int
    has_rest: bool
    has_keywords: bool
    required: tuple[str, ...]
    """The added parameters that get no default, because one without comes after them."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to do."""
        return not (self.added or self.renamed or self.removed)

    def index(self, added: Added) -> int | None:
        """Where among `order` an added parameter goes; None for one behind them all, or for keywords only."""
        if added.place is None or added.place + self.first >= len(self.order):
            return None
        return added.place + self.first

    @property
    def is_harmless(self) -> bool:
        """Whether every call that works today works the same under the new signature."""
        if (
            self.removed
            or self.has_keywords
            or any(old not in self.order[: self.position_only] for old, _ in self.renamed)
        ):
            return False
        return all(self.index(added) is None for added in self.added)

    @property
    def moves(self) -> bool:
        """Whether calls may have to pass other positional arguments than today."""
        return bool(self.removed) or any(self.index(added) is not None for added in self.added)

    @property
    def words(self) -> str:
        """The change for people: `adds x, renames a to b and removes c`."""
        groups = {
            "adds": [added.name for added in self.added],
            "renames": [f"{old} to {new}" for old, new in self.renamed],
            "removes": list(self.removed),
        }
        return _listed([f"{verb} {_listed(names)}" for verb, names in groups.items() if names])


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def remaining(
    asked: Asked, node: ast.FunctionDef | ast.AsyncFunctionDef, first: int, is_checked: bool
) -> Change:
    """What is left to do to a function. Raises ConfigError for a name that it doesn't have, unless `is_checked` says
    that an earlier look found all names: then what isn't there any more has been done."""
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    order = tuple(a.arg for a in positional)
    keywords = tuple(a.arg for a in arguments.kwonlyargs)
    names = {*order[first:], *keywords}
    collected = {a.arg for a in (arguments.vararg, arguments.kwarg) if a}
    added = tuple(a for a in asked.added if a.name not in names)
    renamed = tuple((old, new) for old, new in asked.renamed if not (old not in names and new in names))
    removed = tuple(
        name for name in asked.removed if name in names or not (is_checked or _is_gone(name, names))
    )
    _check_names(asked, names, collected | set(order[:first]), renamed, removed)
    defaults = len(positional) - len(arguments.defaults)
    has_rest = arguments.vararg is not None
    made = Change(
        asked, added, renamed, removed, order, keywords, len(arguments.posonlyargs), first, has_rest,
        arguments.kwarg is not None, (),
    )  # fmt: skip
    required = []
    for one in added:
        at = made.index(one)
        if one.place is not None and one.place + first > len(order):
            raise ConfigError(
                f"{asked.function} takes {len(order) - first} arguments by position: give add={one.name} a lower place"
            )
        if one.place is not None and at is None and has_rest:
            raise ConfigError(
                f"{asked.function} collects further arguments: add={one.name} has no place before them that changes no call: write *{one.name}"
            )
        if at is not None and at < made.position_only:
            raise ConfigError(
                f"add={one.name} would come before the / of {asked.function}: give it a higher place"
            )
        kept = [i for i in range(at, defaults) if order[i] not in removed] if at is not None else []
        if kept:
            required.append(one.name)
    return Change(**{**{f: getattr(made, f) for f in made.__struct_fields__}, "required": tuple(required)})


def _is_gone(name: str, names: set[str]) -> bool:
    """Whether a parameter that isn't there was removed before, and isn't a slip of the pen."""
    return not get_close_matches(name, sorted(names), 1, ALIKE)


def _check_names(
    asked: Asked,
    names: set[str],
    others: set[str],
    renamed: Sequence[tuple[str, str]],
    removed: Sequence[str],
) -> None:
    for name in (*removed, *(old for old, _ in renamed)):
        if name not in names:
            raise ConfigError(f"{asked.function} has no parameter {name!r}: {nearest(name, names)}")
    for old, new in renamed:
        if new in names:
            raise ConfigError(f"{asked.function} has a parameter {new} already: give {old} another name")
    for new in (*(a.name for a in asked.added), *(new for _, new in renamed)):
        if new in others:
            raise ConfigError(
                f"{asked.function} has {new} already, which takes no argument of its own: choose another name"
            )


__all__ = ["Added", "Asked", "Change", "asked", "remaining"]
