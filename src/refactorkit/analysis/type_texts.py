"""The type that a type checker shows for a name, taken apart: the members of a union, and of which class each one is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

from refactorkit.analysis.type_questions import Members, Typed

FENCE = re.compile(r"```\w*\n(.*?)```", re.DOTALL)
"""The code in what a checker shows; the rest is documentation."""
DECLARED = re.compile(r"\((?:variable|attribute|parameter)\) [^\W\d]\w*: ")
"""What pyrefly writes before the type of a value."""
FUNCTION = {
    "ty": re.compile(r"(?:def|bound method) "),
    "pyrefly": re.compile(r"\((?:function|method)\) [^\W\d]\w*: def "),
}
"""How what is shown of a function begins."""
BUILTINS = tuple(
    Typed(f"builtins.{name}")
    for name in (
        "bool",
        "bytearray",
        "bytes",
        "complex",
        "dict",
        "float",
        "frozenset",
        "int",
        "list",
        "set",
        "str",
        "tuple",
    )
)
"""Classes that are known by their names alone, in what a call gives: of these no checker says where they are defined."""
CLASS = re.compile(r"(type\[)?([^\W\d][\w.]*)(\[.*\])?(?(1)\])")
CLASS_OBJECT = re.compile(r"<class '([^\W\d][\w.]*)(?:\[.*\])?'>")
NO_CLASS = frozenset(
    ["Any", "Divergent", "Never", "NoReturn", "Todo", "Unknown", "Self", "object", "type", "Literal"]
)
"""Names in a type of which an object may be anything, or nothing is known. A function's or a module's type has signs that
no name has."""
DEEPEST = 50
CLOSING = {")": "(", "]": "[", "}": "{"}


def shown_type(text: str, tool: str) -> str | None:
    """The type in what a checker shows for a name, on one line; None when it isn't that of a value."""
    shown = _code(text)
    if tool != "pyrefly":
        return shown or None
    match = DECLARED.match(shown)
    return shown[match.end() :] if match else None


def shown_result(text: str, tool: str) -> str | None:
    """The type of what a call gives, in what a checker shows for a function; None when it is no single function."""
    shown = _code(text)
    match = FUNCTION[tool].match(shown)
    if match is None:
        return None
    arrow = _index(shown, match.end())
    return shown[arrow:].removesuffix(": ...").strip() if arrow else None


def _code(text: str) -> str:
    """The code in what is shown, on one line; '' for none, and for one that is nested more deeply than types are."""
    found = FENCE.search(text)
    shown = " ".join(found[1].split()) if found else ""
    depth = list(accumulate((char in "([{") - (char in ")]}") for char in shown))
    return "" if max(depth, default=0) > DEEPEST else shown


def _index(text: str, start: int) -> int:
    """Where the result of a function begins, behind the arrow that stands in no bracket; 0 for none."""
    index = start
    while index < len(text) - 1:
        if text.startswith("->", index):
            return index + 2
        index = _closes_at(text, index) + 1 if text[index] in "([{\"'" else index + 1
    return 0


def members(text: str, classes: Sequence[Typed]) -> Members:
    """The members of a type that is shown as this text; `classes` are those that the checker named for it."""
    found: list[Typed] = []
    for member in _split(text, "|"):
        made = _member(member, classes)
        if made is None:
            return None
        found += made
    return tuple(dict.fromkeys(found)) or None


def _member(text: str, classes: Sequence[Typed]) -> Members:
    text = text.strip().removesuffix("*")
    if text.startswith("(") and _closes_at(text, 0) == len(text) - 1:
        return members(text[1:-1], classes)
    parts = [part for part in _split(text, "&") if not part.strip().startswith("~")]
    if len(parts) > 1:  # `Unknown & Block`: whatever else it is, it is a Block
        parts = [part for part in parts if part.strip() not in NO_CLASS]
    if len(parts) != 1:
        return None
    text = parts[0].strip()
    if text.startswith("Literal[") and text.endswith("]"):
        return tuple(_literals(text.removeprefix("Literal[").removesuffix("]"))) or None
    if text == "None":
        return (Typed("None"),)
    if text == "LiteralString":
        return (Typed("builtins.str"),)
    return _of_class(text, classes)


def _of_class(text: str, classes: Sequence[Typed]) -> Members:
    match = CLASS.fullmatch(text) or CLASS_OBJECT.fullmatch(text)
    if match is None:
        return None
    is_class = match.re is CLASS_OBJECT or match[1] is not None
    last = match[1 if match.re is CLASS_OBJECT else 2].rpartition(".")[2]
    if last in NO_CLASS:
        return None
    named = (c for c in classes if c.name.rpartition(".")[2] == last)
    return tuple(Typed(c.name, c.path, is_class) for c in named) or None


def _literals(text: str) -> Iterator[Typed]:
    """The classes of the values that a literal type names; nothing when one isn't a plain value, but an enum's member."""
    try:
        values = ast.literal_eval(f"({text},)")
    except (ValueError, SyntaxError):
        return
    yield from (Typed("None" if v is None else f"builtins.{type(v).__name__}") for v in values)


def _split(text: str, sign: str) -> list[str]:
    """The parts of a text between signs that stand in no bracket and in no string."""
    parts, start, index = [], 0, 0
    while index < len(text):
        char = text[index]
        if char in "([{\"'":
            index = _closes_at(text, index)
        elif char == sign:
            parts.append(text[start:index])
            start = index + 1
        index += 1
    return [*parts, text[start:]]


def _closes_at(text: str, start: int) -> int:
    """Where the bracket or the string that opens at an index ends; the text's end when it doesn't."""
    if text[start] in "\"'":
        index = start + 1
        while index < len(text) and text[index] != text[start]:
            index += 2 if text[index] == "\\" else 1
        return index
    index = start + 1
    while index < len(text) and text[index] not in CLOSING:
        index = _closes_at(text, index) + 1 if text[index] in "([{\"'" else index + 1
    return index
