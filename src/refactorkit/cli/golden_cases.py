"""Runs golden cases and says what is wrong with each."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from msgspec import structs

from refactorkit import golden, suite
from refactorkit.catalogue import identifiers
from refactorkit.cli.running import console
from refactorkit.config import ConfigError, nearest
from refactorkit.report.page import CYAN, GREEN, RED, Part, blank, line
from refactorkit.verify import count

DEFAULT = Path("golden")


def run_cases(folder: Path | None, identifier: str | None, update: bool, codemods: Path | None = None) -> int:
    """Run or rewrite the cases that belong to a folder; 0 when all hold, 1 when some don't, 2 when there are none.

    With None, which is nobody's consent to run codemods that lie there, the cases in golden/. `codemods` is a folder of
    local ones that a configuration file names. Documentation pages that lie with the cases must be current.
    """
    place = folder or DEFAULT
    if not place.is_dir():
        return _stop(f"there is no folder {place}: give the folder with the codemods or the golden cases")
    found = suite.Suite(codemods, place) if folder is None else suite.named(folder, codemods)
    known = identifiers(found.codemods)
    if identifier is not None and identifier not in known:
        return _stop(f"there is no codemod {identifier!r}: {nearest(identifier, known)}")
    cases = found.golden_cases(identifier)
    if not cases:
        return _stop(f"{found.cases} holds no case: make {found.cases}/<codemod>/<case>/before/")
    page = console(sys.stdout)
    unusable = found.unusable(identifier)
    for name, why in unusable.items():
        _show(page, name, [why])
    found = structs.replace(
        found, own=found.own and tuple(name for name in found.own if name not in unusable)
    )
    cases = [case for case in cases if case.codemod not in unusable]
    if update:
        return _update(page, found, cases, identifier) or int(bool(unusable))
    bad = 0
    for case in cases:
        try:
            wrong = list(golden.problems(case, found.codemods))
        except ConfigError as error:
            wrong = [str(error)]
        bad += bool(wrong)
        _show(page, f"{case.codemod}/{case.name}", wrong)
    stale = found.stale_pages(identifier)
    for path in stale:
        _show(page, str(path), ["the page is not current: rewrite it with --update"])
    more = f", {count(len(stale), 'page')} not current" if stale else ""
    more += f", {count(len(unusable), 'codemod')} not usable" if unusable else ""
    line(page, [f"{count(len(cases) - bad, 'case')} passed, {bad} failed{more}"])
    return 1 if bad or stale or unusable else 0


def _update(page: Any, found: suite.Suite, cases: Iterable[golden.Case], identifier: str | None) -> int:
    """Rewrite what differs and show how."""
    number = bad = 0
    for case in cases:
        number += 1
        try:
            diffs = golden.update(case, found.codemods)
        except ConfigError as error:
            bad += 1
            _show(page, f"{case.codemod}/{case.name}", [str(error)])
            continue
        if diffs:
            _show(page, f"rewritten  {case.codemod}/{case.name}", diffs)
    for path, text in found.stale_pages(identifier).items():
        path.write_text(text, "utf-8")
        _show(page, f"rewritten  {path}", [])
    line(page, [count(number, "case")])
    return 1 if bad else 0


def _stop(message: str) -> int:
    print(f"refactorkit: {message}", file=sys.stderr)
    return 2


def _show(page: Any, title: str, problems: Iterable[str]) -> None:
    """What a case is called, and below it each problem or diff, indented."""
    problems = list(problems)
    if not problems and not title.startswith("rewritten"):
        return
    line(page, [(title, "bold")])
    for problem in problems:
        for row in problem.split("\n"):
            line(page, ["  ", _coloured(row)])
    if problems:
        blank(page)


def _coloured(row: str) -> Part:
    if row.startswith(("--- ", "+++ ")):
        return row, "bold"
    return row, {"@": CYAN, "+": GREEN, "-": RED}.get(row[:1], "")
