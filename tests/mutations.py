"""Ways to write the same program differently, and a few to write another one: each takes text and returns text.

A mutation draws its place from hypothesis, and returns the text as it was where there is no place for it.
"""

from __future__ import annotations

import ast
import keyword
import re
import tokenize
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, TypeVar

from hypothesis import strategies as st

from source_places import (
    inner_lines,
    lines_of,
    margin,
    place_of,
    reach,
    spliced,
    starts,
    statements,
    tokens,
    tree,
)

T = TypeVar("T")
Draw = Callable[..., Any]
Mutation = Callable[[Draw, str], str]
Function = ast.FunctionDef | ast.AsyncFunctionDef
Block = ast.If | ast.For | ast.While | ast.With | Function | ast.ClassDef | ast.AsyncWith | ast.AsyncFor

REMARKS = (
    "", " ", "\f", "\f\f", "# a remark", "#", "\t# after a tab", "        # far in", "# LaxUrl HttpUrl", "# TODO: HttpUrl",
    "# refactorkit: ignore", "# type: ignore", "# fmt: off", "# fmt: on", "# -*- not a cookie -*-", "# “Ünïcode” ✓",
)  # fmt: skip
TRAILING = (
    "  # why", "#", "  # noqa", "  # type: ignore[x]  # again", "  # TODO: HttpUrl", "  # refactorkit: ignore",
    "  # refactorkit: ignore[http-url]", "   ", "\t", "\f", "  # fmt: skip", ";", "  ; # after a semicolon",
)  # fmt: skip
HEADERS = (
    "if True:", "try:", "def wrapped():", "async def wrapped(self):", "class Wrapped:", "with open(0) as f, g:", "while x:",
    "for x in ():", "if x: pass\nelif y:", "try: pass\nexcept* E:", "match x:\n  case [1, *_] | {'a': b}:", "else_ = 1\nif not x:",
    "if TYPE_CHECKING:", "try: pass\nexcept (A, B) as e:", "try: pass\nfinally:", "class Wrapped(Generic[T], metaclass=M):",
)  # fmt: skip
SNIPPETS = (
    "x: int", "(y): 'int' = 1", "global g", "def f(a, /, b=1, *c, d: int = 2, **e) -> 'LaxUrl': ...", "lambda *a, k=1, **b: (yield)",
    "print(f'{x!r:>{width}} {{}} {y=}')", "z = [i async for i in a if i]", "if (n := 10) > 5: pass", "del a, (b, c), d[0]",
    "a = b = *c, d", "x = '''\n# no comment\n  text'''", "x = ('a' # inner\n  'b')", "@d\n@e.f(1)\nclass D(A, k=1): 'doc'", "assert x, (y, )",
    "import a.b.c as d, e", "from . import x", "from .. import (y as z, # why\n  w,)", "from os import *", "try:\n  x\nexcept ImportError: x = None",
    "a[1:2, ::3, ...] @= b", "x = 1if y else 2", "raise E from None", "type = match = case = _ = 1", "print(*a, **b)", "x = -1 ** -y", "é = 'é'",
    "x = b'\\x00' rb'\\d' u'x'", "class C: x = 1; y: int", "while 0: break\nelse: pass", "x = (yield)", "'text'", "LaxUrl = str", "LaxUrl: type = str",
    "def LaxUrl(): pass", "from __future__ import annotations", "if x:\n\tpass", "for a.b, c[0] in d: continue", "with (a as b, c as d,): pass",
    "def g():\n  import os.path, sys as s\n  from a.b import (c, d as e)\n  return os", "try:\n  f()\nexcept Exception as e:\n  log(e)",
    "async def a(self): return await self.b()\ndef b(self): return run(a)", "try: f()\nexcept: pass", "try:\n  g()\nexcept BaseException:\n  raise",
)  # fmt: skip
NAMES = (
    "_",
    "self",
    "str",
    "type",
    "match",
    "é",
    "LaxUrl",
    "HttpUrl",
    "BaseModel",
    "x",
    "annotations",
    "app",
    "__all__",
)


def pick(draw: Draw, options: Sequence[T]) -> T | None:
    """One of the options, or None when there are none."""
    return draw(st.sampled_from(options)) if options else None


def put_remark(draw: Draw, text: str) -> str:
    """A comment, a blank line or a form feed between two lines."""
    line = pick(draw, starts(text))
    lines = lines_of(text)
    return (
        text
        if line is None
        else "".join([*lines[: line - 1], draw(st.sampled_from(REMARKS)) + "\n", *lines[line - 1 :]])
    )


def put_trailing(draw: Draw, text: str) -> str:
    """A comment, a blank or a semicolon at the end of a line."""
    ends = [t.start for t in tokens(text) if t.type in (tokenize.NEWLINE, tokenize.NL) and t.string]
    place = pick(draw, ends)
    return text if place is None else spliced(text, place, place, draw(st.sampled_from(TRAILING)))


def break_line(draw: Draw, text: str) -> str:
    """A backslash, or in brackets a comment and a line end, between two tokens."""
    depth, gaps = 0, []
    found = tokens(text)
    for token, following in pairwise(found):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token.string, 0)
        layout = {
            tokenize.NEWLINE,
            tokenize.NL,
            tokenize.INDENT,
            tokenize.DEDENT,
            tokenize.COMMENT,
            tokenize.ENDMARKER,
        }
        if token.end[0] == following.start[0] and not {token.type, following.type} & layout:
            gaps.append((token.end, following.start, depth))
    gap = pick(draw, gaps)
    if gap is None:
        return text
    new = draw(
        st.sampled_from(["  # inside\n  ", "\n", " \\\n\t"] if gap[2] else [" \\\n    ", "\\\n", "\t", "  "])
    )
    return spliced(text, gap[0], gap[1], new)


def join_statements(draw: Draw, text: str) -> str:
    """Two statements on one line with a semicolon between them."""
    lines = lines_of(text)
    pairs = [
        (a, b)
        for node in ast.walk(tree(text))
        for body in (getattr(node, "body", None), getattr(node, "orelse", None))
        if isinstance(body, list)
        for a, b in pairwise(body)
        if not hasattr(a, "body") and not hasattr(b, "body")
    ]
    pair = pick(draw, pairs)
    if pair is None:
        return text
    end, start = place_of(lines, pair[0], end=True), place_of(lines, pair[1])
    return spliced(text, end, start, draw(st.sampled_from(["; ", ";", " ;  "])))


def pull_up_suite(draw: Draw, text: str) -> str:
    """A block of one statement on the line of its header."""
    lines = lines_of(text)
    blocks = [
        s
        for s in statements(text)
        if isinstance(s, Block)
        and len(s.body) == 1
        and s.body[0].lineno > s.lineno
        and not hasattr(s.body[0], "body")
    ]
    block = pick(draw, blocks)
    if block is None:
        return text
    start = place_of(lines, block.body[0])
    colon = [t for t in tokens(text) if t.string == ":" and t.end < start]
    return spliced(text, colon[-1].end, start, draw(st.sampled_from([" ", "", "  "]))) if colon else text


def wrap(draw: Draw, text: str) -> str:
    """A statement inside of another block."""
    statement = pick(draw, statements(text))
    if statement is None:
        return text
    lines = lines_of(text)
    first, last = reach(statement)
    inside, base = inner_lines(text), margin(lines, statement)
    body = [
        line if n in inside else "    " + line if line.strip() else line
        for n, line in enumerate(lines[first - 1 : last], first)
    ]
    header = draw(st.sampled_from(HEADERS))
    depth = "  " if "case" in header else ""
    head = [base + line + "\n" for line in header.split("\n")]
    if header == "try:":
        if not body[-1].endswith("\n"):
            body[-1] += "\n"
        body.append(
            base + draw(st.sampled_from(["finally: pass\n", "except E: x\n", "except Exception:\n  raise\n"]))
        )
    body = [depth + line if n not in inside and line.strip() else line for n, line in enumerate(body, first)]
    return "".join([*lines[: first - 1], *head, *body, *lines[last:]])


def copy_statement(draw: Draw, text: str) -> str:
    """A statement twice, or before the one above it, or not at all."""
    statement = pick(draw, statements(text))
    if statement is None:
        return text
    lines = lines_of(text)
    first, last = reach(statement)
    own = lines[first - 1 : last]
    kind = draw(st.sampled_from(["twice", "apart", "gone", "first", "last"]))
    if kind == "gone":
        return "".join([*lines[: first - 1], *lines[last:]])
    own = [line if line.endswith("\n") else line + "\n" for line in own]
    if kind == "twice":
        return "".join([*lines[: first - 1], *own, *own, *lines[last:]])
    if kind == "apart":
        return "".join(
            [*lines[: first - 1], *own, margin(lines, statement) + "apart = 1\n", *own, *lines[last:]]
        )
    rest = [*lines[: first - 1], *lines[last:]]
    return "".join([*own, *rest] if kind == "first" else [*rest, *own])


def put_snippet(draw: Draw, text: str) -> str:
    """An unusual statement before another one."""
    statement = pick(draw, statements(text))
    snippet: str = draw(st.sampled_from(SNIPPETS))
    lines = lines_of(text)
    if statement is None:
        return text + ("\n" if lines and not text.endswith("\n") else "") + snippet + "\n"
    base, first = margin(lines, statement), reach(statement)[0]
    new = [base + line + "\n" for line in snippet.split("\n")]
    return "".join([*lines[: first - 1], *new, *lines[first - 1 :]])


def decorate(draw: Draw, text: str) -> str:
    """A decorator on a function or a class."""
    statement = pick(draw, [s for s in statements(text) if isinstance(s, Function | ast.ClassDef)])
    if statement is None:
        return text
    lines = lines_of(text)
    decorator = draw(
        st.sampled_from(
            [
                "@decorated",
                "@a.b(1, c=2)  # why",
                "@(lambda f: f)",
                "@overload",
                "@property",
                "@dataclass",
                "@staticmethod",
            ]
        )
    )
    at = draw(st.sampled_from([reach(statement)[0], statement.lineno]))
    return "".join([*lines[: at - 1], margin(lines, statement) + decorator + "\n", *lines[at - 1 :]])


def reindent(draw: Draw, text: str) -> str:
    """Another width of indentation."""
    unit = draw(st.sampled_from(["\t", "  ", " ", "        ", "   ", "\f    "]))
    lines, depth, fresh = lines_of(text), 0, True
    for token in tokens(text):
        if token.type == tokenize.INDENT:
            depth += 1
        elif token.type == tokenize.DEDENT:
            depth -= 1
        elif token.type == tokenize.NEWLINE:
            fresh = True
        elif token.type not in (tokenize.NL, tokenize.COMMENT, tokenize.ENDMARKER) and fresh:
            line = token.start[0] - 1
            lines[line] = unit * depth + lines[line].lstrip(" \t\f")
            fresh = False
    return "".join(lines)


def parenthesise(draw: Draw, text: str) -> str:
    """Brackets around an expression."""
    places = [
        n
        for n in ast.walk(tree(text))
        if isinstance(n, ast.expr)
        and not isinstance(n, ast.Slice | ast.Starred | ast.JoinedStr | ast.FormattedValue)
    ]
    node = pick(draw, places)
    if node is None:
        return text
    lines = lines_of(text)
    start, end = place_of(lines, node), place_of(lines, node, end=True)
    before, behind = draw(st.sampled_from([("(", ")"), ("( ", " )"), ("(\n", "  # why\n)"), ("((", "))")]))
    return spliced(spliced(text, end, end, behind), start, start, before)


def quote_annotation(draw: Draw, text: str) -> str:
    """An annotation as a string."""
    notes = [
        n.annotation for n in ast.walk(tree(text)) if isinstance(n, ast.AnnAssign | ast.arg) and n.annotation
    ]
    notes += [inner for n in notes for inner in ast.walk(n) if isinstance(inner, ast.Name)]
    node = pick(draw, notes)
    lines = lines_of(text)
    if node is None or node.lineno != node.end_lineno:
        return text
    start, end = place_of(lines, node), place_of(lines, node, end=True)
    mark = draw(st.sampled_from(['"', "'", '"""']))
    return spliced(text, start, end, mark + lines[start[0] - 1][start[1] : end[1]] + mark)


def rename(draw: Draw, text: str) -> str:
    """Another name for everything that has this one, or for one place only."""
    places = [t for t in tokens(text) if t.type == tokenize.NAME and not keyword.iskeyword(t.string)]
    token = pick(draw, places)
    if token is None:
        return text
    new = draw(st.sampled_from(NAMES))
    if draw(st.booleans()):
        return spliced(text, token.start, token.end, new)
    return re.sub(rf"\b{re.escape(token.string)}\b", lambda _: new, text)


def alias_import(draw: Draw, text: str) -> str:
    """An import by another name, in brackets, of everything, or in several statements."""
    found = [s for s in statements(text) if isinstance(s, ast.ImportFrom) and s.names[0].name != "*"]
    statement = pick(draw, found)
    if not isinstance(statement, ast.ImportFrom):
        return text
    names = [ast.unparse(a) for a in statement.names]
    head = f"from {'.' * statement.level}{statement.module or ''} import "
    base = margin(lines_of(text), statement)
    shapes = {
        "all": head + "*",
        "brackets": head + "(  # these\n" + "".join(f"\t{n},  # and\n" for n in names) + ")",
        "tight": head.rstrip() + "(" + ",".join(names) + ")",
        "backslash": head + ", \\\n    ".join(names),
        "several": ("\n" + base).join(head + n for n in names),
        "renamed": head + ", ".join(n if " as " in n else f"{n} as {n}" for n in names),
        "other": head + ", ".join(n if " as " in n else f"{n} as {n}_" for n in names),
        "module": f"import {statement.module}"
        if statement.module and not statement.level
        else head + ", ".join(names),
        "guarded": f"if TYPE_CHECKING: {head}{', '.join(names)}",
        "twice": head + ", ".join([*names, *names]),
    }
    lines = lines_of(text)
    return spliced(
        text,
        place_of(lines, statement),
        place_of(lines, statement, end=True),
        shapes[draw(st.sampled_from(sorted(shapes)))],
    )


MUTATIONS: tuple[Mutation, ...] = (
    put_remark, put_trailing, break_line, join_statements, pull_up_suite, wrap, copy_statement, put_snippet, decorate,
    reindent, parenthesise, quote_annotation, rename, alias_import,
)  # fmt: skip
