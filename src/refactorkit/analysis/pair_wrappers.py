"""The text of a wrapper: the sync half's own signature and docstring, and one call of the bridge as its body."""

from __future__ import annotations

import ast
import io
import tokenize

from msgspec import Struct

from refactorkit.analysis.pair_sides import is_docstring, own_nodes, parameters
from refactorkit.analysis.pair_verdicts import Verdict
from refactorkit.analysis.pairs import Kind, Pair
from refactorkit.splice import Text

WIDTH = 88
"""The longest line where no formatter is configured: the default of black and ruff."""


class Body(Struct, frozen=True):
    """New lines in place of the lines `first` to `last` of a function's body."""

    first: int
    last: int
    text: str


def removed_lines(text: Text, node: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[int, int] | None:
    """The lines of a body behind its docstring; None when they share a line with the header or the docstring.

    A body that is only a docstring yields an empty range below it.
    """
    rest = node.body[1:] if is_docstring(node.body[0]) else node.body
    last = node.end_lineno or node.lineno
    if not rest:
        return last + 1, last
    first = min([rest[0].lineno, *(d.lineno for d in getattr(rest[0], "decorator_list", ()))])
    code = text.lines[first - 1]
    start = len(code) - len(code.lstrip())
    decorated = bool(getattr(rest[0], "decorator_list", ()))
    if start != rest[0].col_offset and not (decorated and code.lstrip()[:1] == b"@"):
        return None
    return _with_comments(text, first), last


def _with_comments(text: Text, first: int) -> int:
    """The first line of a body together with the comments that stand above it."""
    line = first - 1
    while text.lines[line - 1].strip() == b"" or text.lines[line - 1].lstrip().startswith(b"#"):
        if text.lines[line - 1].strip():
            first = line
        line -= 1
    return first


def indent_of(text: Text, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """The white space before a body's statements."""
    line = text.code(node.body[0].lineno, node.body[0].lineno)
    return line[: len(line) - len(line.lstrip())]


def wrapper(verdict: Verdict, pair: Pair, bridge: str, indent: str, module: str) -> str:
    """The body: `return bridge(cls.aload(name, validate=validate))`, or without `return` where nothing is returned.

    With `module` the bridge is imported from there first.
    """
    call = callee(verdict, pair)
    arguments = passed(verdict.sync.node, pair.sync.kind)
    lines = [f"{indent}from {module} import {bridge}\n\n"] if module else []
    returns = _returns(verdict.twin.node) or _returns(verdict.sync.node)
    lines.append(_laid_out(indent, "return " if returns else "", bridge, call, arguments))
    return "".join(lines)


def sync_core(verdict: Verdict, pair: Pair, indent: str, flag: str) -> str:
    """The body of an async half that calls the sync one: `return self.format(_sync=True)`."""
    owner = callee(verdict, pair).rpartition(".")[0]
    name = f"{owner}.{pair.sync.short}" if owner else pair.sync.short
    arguments = passed(verdict.twin.node, pair.twin.kind)
    arguments += [f"{flag}=True"] if pair.decorator else []
    start = "return " if _returns(verdict.twin.node) or _returns(verdict.sync.node) else ""
    return _laid_out(indent, start, "", name, arguments)


def _laid_out(indent: str, start: str, outer: str, call: str, arguments: list[str]) -> str:
    """The statement on one line, or as the usual formatters break it."""
    inner = f"{call}({', '.join(arguments)})"
    flat = f"{indent}{start}{outer}({inner})" if outer else f"{indent}{start}{inner}"
    if len(flat) <= WIDTH:
        return flat + "\n"
    step = indent[:1] if indent.startswith("\t") else "    "
    deep = indent + step if outer else indent
    opening = f"{indent}{start}{outer}(\n" if outer else ""
    closing = f"{indent})\n" if outer else ""
    begin = deep if outer else f"{indent}{start}"
    if outer and len(f"{deep}{inner}") <= WIDTH:
        return f"{opening}{deep}{inner}\n{closing}"
    listed = f"{deep}{step}{', '.join(arguments)}\n"
    if len(listed.rstrip()) > WIDTH:
        listed = "".join(f"{deep}{step}{argument},\n" for argument in arguments)
    return f"{opening}{begin}{call}(\n{listed}{deep})\n{closing}"


def callee(verdict: Verdict, pair: Pair) -> str:
    """The async half as the wrapper names it: late-bound through the first parameter of a method."""
    if pair.sync.kind is Kind.FUNCTION:
        return pair.twin.short
    if pair.sync.kind is Kind.STATICMETHOD:
        return f"{pair.twin.owner.rpartition('<locals>.')[2]}.{pair.twin.short}"
    first = parameters(verdict.sync.node.args)[0]
    return f"{first.arg}.{pair.twin.short}"


def passed(node: ast.FunctionDef | ast.AsyncFunctionDef, kind: Kind) -> list[str]:
    """The arguments that hand every parameter on: by name where there are several, by place where they must be."""
    args = node.args
    own = 1 if kind in (Kind.METHOD, Kind.CLASSMETHOD) else 0
    positional = [*args.posonlyargs, *args.args]
    by_name = len(positional[own:]) + len(args.kwonlyargs) > 1 and args.vararg is None
    found = []
    for position, parameter in enumerate(positional[own:], own):
        named = by_name and position >= len(args.posonlyargs)
        found.append(f"{parameter.arg}={parameter.arg}" if named else parameter.arg)
    found += [f"*{args.vararg.arg}"] if args.vararg else []
    found += [f"{p.arg}={p.arg}" for p in args.kwonlyargs]
    return [*found, *([f"**{args.kwarg.arg}"] if args.kwarg else [])]


def _returns(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function returns something: then the wrapper has to."""
    return any(isinstance(n, ast.Return) and not _is_none(n.value) for n in own_nodes(node.body))


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def comments(text: Text, first: int, last: int) -> list[str]:
    """The comments on whole lines of code, with their `#`."""
    code = "if 1:\n" + text.code(first, last)
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type == tokenize.COMMENT:
                found.append(token.string.rstrip())
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return found
    return found
