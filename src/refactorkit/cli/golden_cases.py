"""Runs golden cases and says what is wrong with each."""

from __future__ import annotations

import sys
from pathlib import Path

from refactorkit import golden
from refactorkit.catalogue import identifiers
from refactorkit.config import ConfigError, nearest
from refactorkit.verify import count


def run_cases(folder: Path, identifier: str | None, update: bool, codemods: Path | None = None) -> int:
    """Run or rewrite the cases below a folder; 0 when all hold, 1 when some don't, 2 when there are none.

    `codemods` is a folder of local ones.
    """
    if not folder.is_dir():
        print(
            f"refactorkit: there is no folder {folder}: give the folder with the golden cases",
            file=sys.stderr,
        )
        return 2
    if identifier is not None and identifier not in identifiers(codemods):
        print(
            f"refactorkit: there is no codemod {identifier!r}: {nearest(identifier, identifiers(codemods))}",
            file=sys.stderr,
        )
        return 2
    found = golden.cases(folder, identifier)
    if not found:
        print(f"refactorkit: {folder} holds no case: make {folder}/<codemod>/<case>/before/", file=sys.stderr)
        return 2
    bad = 0
    for case in found:
        try:
            if update:
                if golden.update(case, codemods):
                    print(f"rewritten  {case.codemod}/{case.name}")
                continue
            wrong = list(golden.problems(case, codemods))
        except ConfigError as error:
            wrong = [str(error)]
        bad += bool(wrong)
        for line in wrong:
            print(f"{case.codemod}/{case.name}: {line}")
    print(count(len(found), "case") if update else f"{count(len(found) - bad, 'case')} passed, {bad} failed")
    return 1 if bad else 0
