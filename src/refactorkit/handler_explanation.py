"""One broad handler explained: what narrow-except knows about it. One run of `refactorkit explain-handler`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from refactorkit import catalogue, facts
from refactorkit.cache import Cache, default_folder
from refactorkit.config import ConfigError, Scope
from refactorkit.discover import discover
from refactorkit.environment import find_environment
from refactorkit.model import Finding, Reason
from refactorkit.report.handler import Explained
from refactorkit.workspace import open_workspace

NARROWING = "narrow-except"
PLACE = re.compile(r"(.+):(\d{1,9})")
MOST_LISTED = 12


def explain_handler(
    place: str,
    cwd: Path,
    options: Sequence[tuple[str, str]],
    warn: Callable[[str], None],
    python: Path | None = None,
) -> Explained:
    """What is known about the handler at `PATH:LINE`, from the files on the disk.

    The line may be any of the clause. Raises ConfigError or WorkspaceError for input that can't be worked on.
    """
    match = PLACE.fullmatch(place)
    if match is None:
        raise ConfigError(f"{place} names no line: write PATH:LINE, such as src/app.py:41")
    workspace = open_workspace(cwd, "HEAD", in_place=True, writes=False)
    path, line = workspace.relative(match[1]), int(match[2])
    found = discover(workspace, [match[1]], include_generated=True)
    given = {**found.settings.codemods.get(NARROWING, {}), **dict(options)}
    codemod = catalogue.create(NARROWING, given)
    codemod.configured(found.configuration)
    codemod.located(find_environment(python, workspace.root, os.environ))
    scope = Scope(only=((path, line),))
    with closing(Cache(default_folder(), warn) if found.settings.cache else Cache()) as cache:
        facts.use(cache)
        surveyed = codemod.survey(dict(found.sources), scope)
    failures = codemod.failures(surveyed)
    if path in failures:
        raise ConfigError(f"{path}: {failures[path]}: correct it first")
    if path not in found.sources:
        raise ConfigError(f"{path} is no Python file of the project: name one")
    findings = surveyed.files[path].findings if path in surveyed.files else ()
    return _chosen(findings, path, line, found.sources[path].data)


def _chosen(findings: Sequence[Finding], path: str, line: int, data: bytes) -> Explained:
    """The innermost clause around the line."""
    around = [f for f in findings if f.line <= line <= f.end_line and f.reason != Reason.NOT_SELECTED]
    if around:
        finding = max(around, key=lambda f: (f.line, f.column))
        lines = data.splitlines()
        written = (
            lines[finding.line - 1].decode("utf-8", "replace").strip() if finding.line <= len(lines) else ""
        )
        return Explained(finding=finding, written=written)
    others = [str(f.line) for f in findings]
    if not others:
        raise ConfigError(f"{path} holds no broad handler")
    listed = ", ".join(others[:MOST_LISTED]) + (" ..." if len(others) > MOST_LISTED else "")
    raise ConfigError(f"{path}:{line} is in no broad handler: there is one at line {listed}")
