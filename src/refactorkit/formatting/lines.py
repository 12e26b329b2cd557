"""Which lines of a file a rewrite may move, and how to format only those.

Everything here works on bytes and on line numbers counted from 0, half open: `(3, 5)` is the fourth and fifth line.
A `unit` is the smallest thing a formatter lays out by itself: a simple statement, or the header of a compound one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from itertools import groupby, pairwise, takewhile

from msgspec import Struct

from refactorkit.splice import opcodes
from refactorkit.syntax import syntax_tree

Span = tuple[int, int]
Hunk = tuple[int, int, int, int]


class Program(Struct, frozen=True):
    """A parsed file. Units stand in an order that depends only on the tree, so those of equal trees correspond."""

    lines: list[bytes]
    tree: ast.Module
    units: list[Span]

    def text(self, span: Span) -> bytes:
        """The bytes of these lines."""
        return b"".join(self.lines[slice(*span)])


def read(text: bytes) -> Program | None:
    """`text` parsed, or None when this interpreter cannot read it (and nothing can be proved about it)."""
    try:
        tree = syntax_tree(text)
    except (SyntaxError, ValueError, RecursionError):
        return None
    lines = text.splitlines(keepends=True)
    return Program(lines, tree, list(_units(tree, lines)))


def _units(tree: ast.Module, lines: list[bytes]) -> Iterator[Span]:
    for body in _bodies(tree):
        for statement in body:
            for node in (statement, *getattr(statement, "handlers", ())):
                yield _first_line(node), _last_line(node, lines)


def _first_line(node: ast.stmt | ast.ExceptHandler | ast.pattern) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)]) - 1


def _last_line(node: ast.stmt | ast.ExceptHandler, lines: list[bytes]) -> int:
    if isinstance(node, ast.Match):
        inner: ast.stmt | ast.pattern = node.cases[0].pattern
    elif isinstance(body := getattr(node, "body", None), list):
        inner = body[0]
    else:
        return node.end_lineno or node.lineno
    end = _first_line(inner)
    while end > node.lineno and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith(b"#")):
        end -= 1  # comments between the colon and the first statement belong to neither
    return max(end, node.lineno)


def hunks(before: Sequence[bytes], after: Sequence[bytes]) -> list[Hunk]:
    """The differing lines: `(i1, i2, j1, j2)` says that `before[i1:i2]` became `after[j1:j2]`."""
    head = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    rest = min(len(before), len(after)) - head
    ends = zip(reversed(before), reversed(after), strict=False)
    tail = min(rest, sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], ends)))
    middle = before[head : len(before) - tail], after[head : len(after) - tail]
    return [
        (i1 + head, i2 + head, j1 + head, j2 + head)
        for tag, i1, i2, j1, j2 in opcodes(*middle)
        if tag != "equal"
    ]


def _touching(span: Span, units: Sequence[Span]) -> list[int]:
    """The indices of the units that share a line with `span` or, for an insertion, that it splits; from the top."""
    touched = [(unit, k) for k, unit in enumerate(units) if unit[0] < span[1] and unit[1] > span[0]]
    return [k for _, k in sorted(touched)]


def may_move(before: Program, written: Program, *, imports: bool) -> list[Span]:
    """The lines of `before` that formatting may touch, given what the codemod had `written`.

    They are those that the codemod changed itself, the rest of the statements they belong to, with `imports` the
    blocks of imports they belong to, and the blank lines around all of these.
    """
    blocks = list(_import_blocks(before.tree)) if imports else []
    spans = []
    for i1, i2, _, _ in hunks(before.lines, written.lines):
        touched = [before.units[k] for k in _touching((i1, i2), before.units)]
        start, end = min([i1, *(u[0] for u in touched)]), max([i2, *(u[1] for u in touched)])
        start, end = _over_blank_lines(before.lines, start, end)
        joined = [block for block in blocks if block[0] <= end and block[1] >= start]
        start, end = min([start, *(b[0] for b in joined)]), max([end, *(b[1] for b in joined)])
        spans.append(_over_blank_lines(before.lines, start, end))
    return _merged(spans)


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _over_blank_lines(lines: list[bytes], start: int, end: int) -> Span:
    while start > 0 and not lines[start - 1].strip():
        start -= 1
    while end < len(lines) and not lines[end].strip():
        end += 1
    return start, end


def _import_blocks(tree: ast.Module) -> Iterator[Span]:
    """Runs of imports that stand next to each other in one body, with the comments between them."""
    for body in _bodies(tree):
        for is_import, run in groupby(body, _is_import):
            if is_import:
                block = list(run)
                yield _first_line(block[0]), block[-1].end_lineno or block[-1].lineno


def _bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """Every list of statements in `node`, without a look at its expressions, which are most of a tree."""
    for name in ("body", "orelse", "finalbody"):
        if isinstance(body := getattr(node, name, None), list):
            yield body
            for statement in body:
                yield from _bodies(statement)
    for inner in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield from _bodies(inner)


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def stays_within(spans: Iterable[Span], before: Program, result: Program) -> bool:
    """Whether every line of `before` that differs in `result` lies in one of the `spans`."""
    allowed = list(spans)
    return all(
        any(start <= i1 and i2 <= end for start, end in allowed)
        for i1, i2, _, _ in hunks(before.lines, result.lines)
    )


def same_tree(one: Program, other: Program) -> bool:
    """Whether two files mean the same. Top-level statements with equal bytes need no second look."""
    if len(one.tree.body) != len(other.tree.body):
        return False
    return all(
        _statement_text(one, mine) == _statement_text(other, theirs) or ast.dump(mine) == ast.dump(theirs)
        for mine, theirs in zip(one.tree.body, other.tree.body, strict=True)
    )


def _statement_text(program: Program, node: ast.stmt) -> bytes:
    return program.text((_first_line(node), node.end_lineno or node.lineno))


def same_but_for_import_order(one: Program, other: Program) -> bool:
    """Whether two files differ at most in how imports that stand next to each other are ordered and grouped."""
    mine, theirs = _with_sorted_imports(one.tree.body), _with_sorted_imports(other.tree.body)
    return len(mine) == len(theirs) and all(
        _same_but_for_nested_imports(one, node, other, counterpart)
        for node, counterpart in zip(mine, theirs, strict=True)
    )


def _same_but_for_nested_imports(one: Program, mine: ast.stmt, other: Program, theirs: ast.stmt) -> bool:
    if _is_import(mine) or _is_import(theirs):
        return ast.dump(mine) == ast.dump(theirs)
    if _statement_text(one, mine) == _statement_text(other, theirs):
        return True
    copies = deepcopy(mine), deepcopy(theirs)
    for node in copies:
        for body in list(_bodies(node)):
            body[:] = _with_sorted_imports(body)
    return ast.dump(copies[0]) == ast.dump(copies[1])


def _with_sorted_imports(body: list[ast.stmt]) -> list[ast.stmt]:
    return [
        statement
        for is_import, run in groupby(body, _is_import)
        for statement in (_one_name_each(run) if is_import else run)
    ]


def _one_name_each(run: Iterable[ast.stmt]) -> list[ast.stmt]:
    """One import statement for each name that these import, in a fixed order."""
    found: dict[str, ast.stmt] = {}
    for node in run:
        for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else ():
            if isinstance(node, ast.ImportFrom):
                single: ast.stmt = ast.ImportFrom(module=node.module, names=[alias], level=node.level)
            else:
                single = ast.Import(names=[alias])
            found[ast.dump(single)] = single
    return [found[key] for key in sorted(found)]


def format_statements(before: Program, styled: Program, written: Program, formatted: Program) -> bytes:
    """`written` with only those statements from `formatted` that the codemod changed in a formatted neighbourhood.

    `styled` is `before` after the formatter. A statement that it would have changed shows that the author formats by
    other rules, so what the codemod wrote in its place stays as written. The result may equal `written`.
    """
    counts = len(before.units) - len(styled.units), len(written.units) - len(formatted.units)
    if any(counts):
        return b"".join(written.lines)
    stable = [
        before.text(mine) == styled.text(theirs)
        for mine, theirs in zip(before.units, styled.units, strict=True)
    ]
    wanted: set[int] = set()
    barred = _sharing_lines(written.units) | _sharing_lines(formatted.units)
    for i1, i2, j1, j2 in hunks(before.lines, written.lines):
        old, new = _touching((i1, i2), before.units), _touching((j1, j2), written.units)
        for position, k in enumerate(new):
            # as many statements as before: each stands for its own predecessor, else all for all
            models = [old[position]] if len(old) == len(new) else old or _beside((i1, i2), before.units)
            (wanted if all(stable[model] for model in models) else barred).add(k)
    lines = list(written.lines)
    for k in sorted(wanted - barred, key=lambda k: written.units[k], reverse=True):
        start, end = written.units[k]
        text = formatted.text(formatted.units[k])
        lines[start:end] = [text if lines[end - 1].endswith((b"\n", b"\r")) else text.rstrip(b"\r\n")]
    return b"".join(lines)


def _beside(span: Span, units: list[Span]) -> list[int]:
    """The unit before `span` and the one after it, where there are any."""
    earlier = [k for k, unit in enumerate(units) if unit[1] <= span[0]]
    later = [k for k, unit in enumerate(units) if unit[0] >= span[1]]
    last = max(earlier, key=lambda k: units[k][1], default=None)
    first = min(later, key=lambda k: units[k][0], default=None)
    return [k for k in (last, first) if k is not None]


def _sharing_lines(units: list[Span]) -> set[int]:
    """Units that stand on a line with another one, such as both of `a = 1; b = 2`."""
    order = sorted(range(len(units)), key=lambda k: units[k])
    return {k for one, other in pairwise(order) if units[one][1] > units[other][0] for k in (one, other)}
