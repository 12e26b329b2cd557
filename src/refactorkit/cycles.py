"""The import cycles of a project, read as `apply` reads it: one run of `refactorkit cycles`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from refactorkit import catalogue, facts
from refactorkit.analysis.import_cycles import ImportCycle, Place, find_cycles
from refactorkit.analysis.import_facts import file_imports
from refactorkit.cache import Cache, default_folder
from refactorkit.config import ConfigError, Scope
from refactorkit.discover import Discovered, discover
from refactorkit.report.cycles import CyclesFound
from refactorkit.report.json import FailureDocument
from refactorkit.workspace import open_workspace

HOISTING = "hoist-imports"


def cycles(
    paths: Sequence[str], cwd: Path, warn: Callable[[str], None], with_deferred: bool = False
) -> CyclesFound:
    """The cycles that have a module below the paths, of the commit HEAD or, outside of git, of the files on the disk.

    Raises ConfigError or WorkspaceError for input that can't be worked on.
    """
    workspace = open_workspace(cwd, "HEAD", in_place=False, writes=False)
    found = discover(workspace, paths, include_generated=True)
    for line in workspace.warnings([workspace.relative(path) for path in paths]):
        warn(line)
    with closing(Cache(default_folder(), warn) if found.settings.cache else Cache()) as cache:
        facts.use(cache)
        return _found(found, workspace.base, with_deferred)


def _found(found: Discovered, base: str | None, with_deferred: bool) -> CyclesFound:
    sources = {path: source for path, source in found.sources.items() if path.endswith(".py")}
    gathered = file_imports.of(sources.values())
    known = find_cycles(sources, gathered.facts, with_deferred)
    if with_deferred and known:
        known = _with_verdicts(known, found)
    return CyclesFound(
        base=base,
        with_deferred=with_deferred,
        modules=sum(sources[path].in_scope for path in gathered.facts),
        cycles=known,
        failures=tuple(
            FailureDocument(path=path, error=error)
            for path, error in gathered.failures.items()
            if sources[path].in_scope
        ),
    )


def _with_verdicts(known: Sequence[ImportCycle], found: Discovered) -> tuple[ImportCycle, ...]:
    """The cycles, with what hoist-imports would do about each deferred import; as they are where it isn't there."""
    try:
        codemod = catalogue.create(HOISTING, dict(found.settings.codemods.get(HOISTING, {})))
    except ConfigError:
        return tuple(known)
    paths = {p.path for c in known for e in c.edges for p in e.places if p.deferred}
    scope = Scope()
    surveyed = codemod.survey(dict(found.sources), scope)
    verdicts = {
        (finding.path, finding.line): str(finding.reason or finding.evidence.get("action"))
        for path in sorted(paths & set(codemod.sites(surveyed) or ()))
        for finding in codemod.rewrite(found.sources[path], surveyed, scope).findings  # type: ignore[union-attr]
        if "action" in finding.evidence
    }
    return tuple(_judged(cycle, verdicts) for cycle in known)


def _judged(cycle: ImportCycle, verdicts: Mapping[tuple[str, int], str]) -> ImportCycle:
    def judged(place: Place) -> Place:
        if not place.deferred:
            return place
        return msgspec.structs.replace(place, hoist_imports=verdicts.get((place.path, place.line)))

    edges = {
        edge: msgspec.structs.replace(edge, places=tuple(map(judged, edge.places))) for edge in cycle.edges
    }
    return msgspec.structs.replace(
        cycle, edges=tuple(edges.values()), cuts=tuple(edges[edge] for edge in cycle.cuts)
    )
