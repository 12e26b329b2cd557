"""One import statement with names added and removed, its layout and comments kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from refactorkit.imports import WIDTH, sort_key

Order = Callable[[str], tuple[object, ...]]
ORDERS: tuple[Order, ...] = (sort_key, lambda n: (n.lower(),), lambda n: (n,))
"""How the names of a statement may be sorted: by kind, ignoring case, or plainly."""


def rewritten(module: cst.Module, add: Sequence[str], remove: Sequence[str]) -> str:
    """The code of a module that holds one import statement, with the names of `add` and without those of `remove`.

    An import that has no name left goes as a whole; its own trailing comment goes with it, comments above stay.
    """
    line = module.body[0]
    if not isinstance(line, cst.SimpleStatementLine) or not isinstance(
        line.body[0], cst.Import | cst.ImportFrom
    ):
        raise ValueError("not an import statement")
    statement = line.body[0]
    if isinstance(statement.names, cst.ImportStar):
        raise ValueError("a star import holds no names")
    original = list(statement.names)
    names = [alias for alias in original if _local(alias) not in remove]
    if names and names[-1] is not original[-1]:
        names = _closed(names, original[-1].comma)
    statement, names = _comma_at_end(statement, names) if add and names else (statement, names)
    for name in add:
        names = _with(names, name)
    if not names:
        code = module.with_changes(body=[], header=[*module.header, *line.leading_lines]).code
        return code if code.strip() else ""
    changed = line.with_changes(body=[statement.with_changes(names=names), *line.body[1:]])
    code = module.with_changes(body=[changed]).code
    if add and isinstance(statement, cst.ImportFrom) and statement.lpar is None and _is_too_long(code):
        changed = changed.with_changes(body=[_wrapped(statement, names), *line.body[1:]])
        code = module.with_changes(body=[changed]).code
    return code


def _comma_at_end(
    statement: cst.Import | cst.ImportFrom, names: list[cst.ImportAlias]
) -> tuple[cst.Import | cst.ImportFrom, list[cst.ImportAlias]]:
    """Names in parentheses over several lines end with a comma, so that another one gets a line of its own."""
    if not isinstance(statement, cst.ImportFrom) or statement.rpar is None:
        return statement, names
    space = statement.rpar.whitespace_before
    if isinstance(names[-1].comma, cst.Comma) or not isinstance(space, cst.ParenthesizedWhitespace):
        return statement, names
    last = names[-1].with_changes(comma=cst.Comma(whitespace_after=space))
    return statement.with_changes(rpar=cst.RightParen()), [*names[:-1], last]


def _is_too_long(code: str) -> bool:
    lines = code.splitlines()
    return len(lines) == 1 and len(lines[0].partition("#")[0].rstrip()) > WIDTH


def _wrapped(statement: cst.ImportFrom, names: Sequence[cst.ImportAlias]) -> cst.ImportFrom:
    """The statement in parentheses, a name on each line."""

    def line(indent: str) -> cst.ParenthesizedWhitespace:
        return cst.ParenthesizedWhitespace(last_line=cst.SimpleWhitespace(indent))

    commas = [cst.Comma(whitespace_after=line("    "))] * (len(names) - 1) + [
        cst.Comma(whitespace_after=line(""))
    ]
    return statement.with_changes(
        lpar=cst.LeftParen(whitespace_after=line("    ")),
        names=[name.with_changes(comma=comma) for name, comma in zip(names, commas, strict=True)],
        rpar=cst.RightParen(),
    )


def _local(alias: cst.ImportAlias) -> str:
    return alias.evaluated_alias or alias.evaluated_name


def _with(names: list[cst.ImportAlias], name: str) -> list[cst.ImportAlias]:
    existing = [_local(alias) for alias in names]
    name, _, alias = name.partition(" as ")
    order = next((o for o in ORDERS if existing == sorted(existing, key=o)), None)
    at = len(names) if order is None else sum(order(other) < order(name) for other in existing)
    asname = cst.AsName(name=cst.Name(alias)) if alias else None
    fresh = cst.ImportAlias(name=cst.Name(name), asname=asname)
    if not names:
        return [fresh]
    if at == len(names):
        last = names[-1]
        return [
            *names[:-1],
            last.with_changes(comma=_between(names)),
            fresh.with_changes(comma=_bare(last.comma)),
        ]
    separator = names[max(at - 1, 0)].comma if len(names) > 1 else _between(names)
    return [*names[:at], fresh.with_changes(comma=_bare(separator)), *names[at:]]


def _between(names: list[cst.ImportAlias]) -> cst.Comma:
    """The last name's comma, as it stands when another name follows: its comment stays, the next line is indented."""
    comma = names[-1].comma
    if not isinstance(comma, cst.Comma) or not isinstance(
        comma.whitespace_after, cst.ParenthesizedWhitespace
    ):
        return cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    indent = "    "
    if len(names) > 1 and isinstance(names[-2].comma, cst.Comma):
        before = names[-2].comma.whitespace_after
        indent = before.last_line.value if isinstance(before, cst.ParenthesizedWhitespace) else indent
    space = comma.whitespace_after.with_changes(last_line=cst.SimpleWhitespace(indent))
    return comma.with_changes(whitespace_after=space)


def _bare(comma: cst.Comma | cst.MaybeSentinel) -> cst.Comma | cst.MaybeSentinel:
    """A comma with the same layout and no comment."""
    if not isinstance(comma, cst.Comma) or not isinstance(
        comma.whitespace_after, cst.ParenthesizedWhitespace
    ):
        return comma
    space = comma.whitespace_after
    line = space.first_line.with_changes(comment=None, whitespace=cst.SimpleWhitespace(""))
    return comma.with_changes(whitespace_after=space.with_changes(first_line=line, empty_lines=[]))


def _closed(names: list[cst.ImportAlias], original: cst.Comma | cst.MaybeSentinel) -> list[cst.ImportAlias]:
    """The names left, the last of which ends the statement as the original last one did; its comment stays."""
    if not names:
        return []
    last = names[-1]
    comma = original
    own = last.comma.whitespace_after if isinstance(last.comma, cst.Comma) else None
    end = original.whitespace_after if isinstance(original, cst.Comma) else None
    if isinstance(own, cst.ParenthesizedWhitespace) and isinstance(end, cst.ParenthesizedWhitespace):
        comma = cst.ensure_type(last.comma, cst.Comma).with_changes(
            whitespace_after=own.with_changes(last_line=end.last_line, indent=end.indent)
        )
    return [*names[:-1], last.with_changes(comma=comma)]
