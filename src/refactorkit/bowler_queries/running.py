"""One file under a query, in memory: parsed by Bowler's own grammar, changed by its fixers, put back line by line."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain
from typing import Any

from fissix import pygram
from fissix.pgen2.parse import ParseError
from fissix.pgen2.tokenize import TokenError
from fissix.refactor import RefactoringTool

from refactorkit.bowler_queries.loading import QueryFile, inert
from refactorkit.bowler_queries.regions import Matched, outcome
from refactorkit.config import ConfigError, Scope
from refactorkit.model import Failed, Outcome, Skipped, Source, Unchanged
from refactorkit.splice import Text
from refactorkit.syntax import describe, kept_traceback, syntax_tree

PLACE = re.compile(r"context=\(.*, \((\d+), \d+\)\)$", re.DOTALL)
"""Where in a ParseError's text the line stands."""
LINE_END = re.compile(r"\r\n|\r")


class _InMemory(RefactoringTool):  # type: ignore[misc]
    """lib2to3's loop over a tree, with fixers that are classes already."""

    def get_fixers(self) -> tuple[list[Any], list[Any]]:
        fixers = [fixer(self.options, self.fixer_log) for fixer in self.fixers]
        return [f for f in fixers if f.order == "pre"], [f for f in fixers if f.order == "post"]


def run(file: QueryFile, source: Source, scope: Scope) -> Outcome:
    """What a query makes of a file. What it raises is that file's failure."""
    text = Text(source.data)
    plain = LINE_END.sub("\n", text.code(1, len(text.lines)))  # its tokenizer knows no lone carriage return
    try:
        with inert():
            return _run(file, source, text, plain, scope)
    except (ConfigError, RecursionError, MemoryError):
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001  (a query is anybody's code: its errors belong to the file)
        said = f"the query raised {type(error).__name__}: {describe(error).removeprefix(type(error).__name__ + ': ')}"
        return Failed(path=source.path, error=said.strip(": "), traceback=kept_traceback(error))


def _run(file: QueryFile, source: Source, text: Text, plain: str, scope: Scope) -> Outcome:
    query = file.fresh()
    wanted = query.filename_matcher or (lambda name: name.endswith(".py"))
    if not wanted(source.path):
        return Unchanged(path=source.path)
    matched: list[Matched] = []
    for transform in query.transforms:
        if transform.fixer is None:  # a fixer's result must be the last one
            transform.callbacks.insert(0, _recorder(matched))
    tool = _InMemory(query.compile(), {"print_function": query.python_version == 3})
    if query.python_version == 3:
        tool.driver.grammar = pygram.python_grammar_no_print_and_exec_statement
    ended = plain if plain.endswith("\n") else plain + "\n"
    try:
        tree = tool.driver.parse_string(ended)
    except (ParseError, TokenError, SyntaxError) as error:
        return _unreadable(source, error)
    if str(tree) != ended:
        return Skipped(path=source.path, reason="Bowler's parser doesn't keep this file as it is")
    tool.refactor_tree(tree, source.path)
    after = str(tree)
    if not plain.endswith("\n"):
        after = after.removesuffix("\n")
    return outcome(file.name, source, text, after, matched, query.processors, scope)


def _recorder(matched: list[Matched]) -> Callable[[Any, Any, Any], None]:
    """A callback in front of a query's own: notes the lines of what passed its filters."""

    def record(node: Any, capture: Any, filename: Any) -> None:
        lines = [leaf.lineno for leaf in chain(node.leaves()) if leaf.lineno]
        if lines:
            matched.append(Matched(min(lines), max(lines)))

    return record


def _unreadable(source: Source, error: Exception) -> Outcome:
    """The outcome of a file that Bowler can't parse: skipped, or failed when nobody can."""
    try:
        syntax_tree(source.data)
    except (SyntaxError, ValueError) as fault:
        return Failed(path=source.path, error=describe(fault))
    except RecursionError:
        return Failed(path=source.path, error="nested too deeply to be parsed")
    place = PLACE.search(str(error))
    where = f"line {place[1]} has" if place else "it has"
    return Skipped(
        path=source.path, reason=f"{where} syntax that Bowler's grammar, of Python 3.8, doesn't know"
    )
