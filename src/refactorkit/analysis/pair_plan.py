"""The whole plan of sync-wrapper: every pair judged, and each file's edits, as frozen facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from refactorkit import model
from refactorkit.analysis.caller_edits import Migration
from refactorkit.analysis.callers import migrations
from refactorkit.analysis.modules import Modules
from refactorkit.analysis.pair_bridge import Bridge, calls_bridge, find_bridge
from refactorkit.analysis.pair_dispatch import Dispatch, Removal, decorator_lines
from refactorkit.analysis.pair_edits import FilePlan, Layer, PairFacts
from refactorkit.analysis.pair_layer import Layers, belongs_in_layer
from refactorkit.analysis.pair_ledger import Ledger
from refactorkit.analysis.pair_leftovers import Leftovers
from refactorkit.analysis.pair_obstacles import Obstacles, importing
from refactorkit.analysis.pair_reasons import Reason, Relation
from refactorkit.analysis.pair_twins import twins
from refactorkit.analysis.pair_verdicts import Judge, Key, Verdict
from refactorkit.analysis.pair_wrappers import comments, indent_of, removed_lines, sync_core, wrapper
from refactorkit.analysis.pairs import Pair, Unpaired, file_pairs
from refactorkit.analysis.type_questions import Oracle
from refactorkit.codemod import is_suppressed
from refactorkit.config import ConfigError, Scope
from refactorkit.model import Level, Source, Status
from refactorkit.splice import Splice, text_of
from refactorkit.syntax import describe

Spans = Mapping[str, list[tuple[int, int]]]
"""Ranges of lines by path."""


class Options(Protocol):
    """The options of sync-wrapper, as the codemod has them."""

    decorators: tuple[str, ...]
    names: tuple[str, ...]
    bridge: str
    mapping: tuple[str, ...]
    clients: tuple[str, ...]
    flag: str
    callers: bool

    @property
    def asked(self) -> Oracle | None:
        """The type checker that may be asked about receivers."""

    direction: Any
    dispatch: Any
    layer: Any
    layer_name: str


def plan_pairs(options: Options, sources: Mapping[str, Source], scope: Scope) -> PairFacts:
    """Judge every pair and plan the edits. Raises ConfigError for an option that makes no sense."""
    return _Planner(options, sources, scope).plan()


class _Planner:
    def __init__(self, options: Options, sources: Mapping[str, Source], scope: Scope) -> None:
        self.options, self.sources, self.scope = options, sources, scope
        self.modules = Modules(sources)
        self.failures: dict[str, str] = {}
        self.unpaired: list[Unpaired] = []
        pairs = list(self._pairs())
        found = find_bridge(options.bridge, self.modules, [p.sync.path for p in pairs])
        if isinstance(found, str) and options.bridge:
            raise ConfigError(f"sync-wrapper: {found}")
        self.bridge = found if isinstance(found, Bridge) else None
        self.no_bridge = found if isinstance(found, str) else ""
        try:
            table = twins(options.mapping, options.clients)
        except ValueError as error:
            raise ConfigError(f"sync-wrapper: {error}") from error
        name = f"{self.bridge.module}.{self.bridge.name}" if self.bridge else ""
        self.judge = Judge(self.modules, table, name, options.flag)
        self.verdicts = self.judge.judge(pairs, scope)
        self.ledger = Ledger()
        self.bodies: dict[str, list[Splice]] = {}
        self.retired: dict[str, list[str]] = {}
        self.add: dict[str, dict[tuple[str, str], None]] = {}
        self.dropped: dict[str, list[tuple[int, int]]] = {}
        self.moved: dict[str, list[tuple[int, int]]] = {}
        self.layers: dict[str, Layer] = {}

    def _pairs(self) -> Iterator[Pair]:
        tails = [name.rpartition(".")[2].encode() for name in self.options.decorators]
        for path, source in self.sources.items():
            named = self.options.names and b"async def" in source.data
            if not (named or any(t in source.data for t in tails)):
                continue
            module = self.modules.get(path)
            if module is None:
                continue
            try:
                found = file_pairs(path, source.data, self.options.decorators, self.options.names)
            except (SyntaxError, ValueError, RecursionError) as error:
                self.failures[path] = describe(error)
                continue
            yield from found.pairs
            self.unpaired += found.unpaired

    def plan(self) -> PairFacts:
        for one in self.unpaired:
            if self.sources[one.half.path].in_scope:
                self.ledger.unpaired(one, self._is_wrapper(one))
        wanted = [v for v in self.verdicts if self._is_chosen(v)]
        obstacles = Obstacles(self.modules, self.judge, self.verdicts, self.bridge, self.no_bridge)
        chosen = self._chosen(wanted, obstacles)
        refused = obstacles.refusals(chosen)
        removals = self._removals(v for v in chosen if v.sync.key not in refused)
        refused |= {key: found for key, found in removals.items() if isinstance(found, tuple)}
        layers = self._layers()
        refused |= layers.refusals(v for v in chosen if v.sync.key not in refused) if layers else {}
        collapsed = [v for v in chosen if v.sync.key not in refused]
        moving = [v for v in collapsed if layers is not None and belongs_in_layer(v)]
        places = {v.sync.key: layers.path(v.sync.path) for v in moving if layers is not None}
        for verdict in wanted:
            self._record(verdict, verdict in collapsed, refused.get(verdict.sync.key), places)
        for verdict in collapsed:
            removal = removals.get(verdict.sync.key)
            if verdict not in moving:
                self._edit(verdict)
            if isinstance(removal, Removal):
                self._undecorate(verdict, removal, verdict in moving)
        if layers is not None:
            self._move(layers, moving, removals)
        needed = {path: {self.bridge.name} for path in self.bodies} if self.bridge else {}
        leftovers = Leftovers(self.modules, self.judge, self.sources, needed)
        core = self.options.direction == "sync-core"
        tidy = leftovers.after(
            [v for v in collapsed if not (core and v.relation is Relation.TRIVIAL_ASYNC)], self.dropped
        )
        gone = self._gone(tidy.deleted)
        moved = self._callers(gone)
        paths = sorted({*self.ledger.by_path, *self.bodies, *moved})
        for path, spans in tidy.deleted.items():
            for span, name in spans:
                self.ledger.deleted(path, span, name)
                self.retired.setdefault(path, []).extend(comments(text_of(self.sources[path].data), *span))
        files = {
            path: self._file(path, tidy.deleted.get(path, []), tidy.orphans.get(path, []), moved.get(path))
            for path in paths
        }
        failures = {p: why for p, why in self.modules.failures.items() if self.sources[p].in_scope}
        bridge = self.bridge.name if self.bridge else ""
        return PairFacts(files, {**failures, **self.failures}, self.judge.names(), bridge)

    def _chosen(self, wanted: Sequence[Verdict], obstacles: Obstacles) -> list[Verdict]:
        """The pairs to collapse, as far as their bodies go; with divergent ones also what only rested on those."""
        chosen = [v for v in wanted if self._is_to_change(v)]
        while self.scope.level.admits(Level.SUGGESTED):
            collapsed = {v.sync.key for v in chosen} - obstacles.refusals(chosen).keys()
            freed = self.judge.free(collapsed)
            if not freed:
                break
            chosen += [v for v in wanted if v in freed and self._is_to_change(v)]
        return chosen

    def _is_wrapper(self, one: Unpaired) -> bool:
        """Whether a function runs the async half of another module, as those of a layer do."""
        module = self.modules.get(one.half.path)
        if module is None or self.bridge is None:
            return False
        return calls_bridge(module, one.half.line, self.bridge.name, one.twin)

    def _removals(self, chosen: Iterable[Verdict]) -> dict[Key, Removal | tuple[Reason, str]]:
        """With `dispatch=remove`: how the dispatchers of these pairs go, or why they can't."""
        if self.options.dispatch != "remove":
            return {}
        dispatch = Dispatch(self.modules, self.sources, self.options.flag)
        found: dict[Key, Removal | tuple[Reason, str]] = {}
        for verdict in chosen:
            if (
                verdict.pair is not None
                and verdict.pair.decorator
                and verdict.relation is not Relation.TRIVIAL_ASYNC
            ):
                removal = dispatch.removal(verdict)
                if isinstance(removal, Removal) and not decorator_lines(
                    self.sources[verdict.sync.path], removal
                ):
                    removal = Reason.STATEMENT, "the decorator shares a line with something else"
                found[verdict.sync.key] = removal
        return found

    def _layers(self) -> Layers | None:
        """With `layer=module`: what knows which functions move. Raises ConfigError for a name that names no module."""
        pattern = self.options.layer_name
        if self.options.layer != "module" or self.bridge is None:
            return None
        if pattern.count("{}") != 1 or not pattern.replace("{}", "x").isidentifier():
            raise ConfigError(f"sync-wrapper: layer-name={pattern} names no module: write it as _{{}}_sync")
        return Layers(self.modules, self.sources, self.bridge, pattern)

    def _move(
        self, layers: Layers, moving: Iterable[Verdict], removals: Mapping[Key, Removal | tuple[Reason, str]]
    ) -> None:
        """The functions leave their modules for the layers beside them."""
        by_path: dict[str, list[Verdict]] = {}
        for verdict in moving:
            by_path.setdefault(verdict.sync.path, []).append(verdict)
        gone = {key: removal.decorator for key, removal in removals.items() if isinstance(removal, Removal)}
        for path, verdicts in by_path.items():
            self.layers[path] = layers.layer(verdicts, gone)
            self.moved[path] = layers.spans(verdicts)
            self.dropped.setdefault(path, []).extend(self.moved[path])
            text = text_of(self.sources[path].data)
            for lines in self.moved[path]:
                self.retired.setdefault(path, []).extend(comments(text, *lines))

    def _undecorate(self, verdict: Verdict, removal: Removal, is_moved: bool) -> None:
        """The decorator goes, and the keyword at every call."""
        path = verdict.sync.path
        if not is_moved:
            self.bodies.setdefault(path, []).append(Splice(*removal.decorator, ""))
            self.dropped.setdefault(path, []).append(removal.decorator)
        for other, splices in removal.calls.items():
            taken = {b.first: b for b in self.bodies.get(other, ())}
            for splice in splices:
                if not any(b.first <= splice.first <= b.last for b in taken.values()):
                    self.bodies.setdefault(other, []).append(splice)
                    said = f"{verdict.sync.name} is no dispatcher any more, so that the call needs no {self.options.flag}"
                    self.ledger.call(other, splice.first, said)

    def _gone(self, deleted: Mapping[str, list[tuple[tuple[int, int], str]]]) -> Spans:
        """The lines that the collapsed pairs take out, by path."""
        gone = {path: [(b.first, b.last) for b in bodies] for path, bodies in self.bodies.items()}
        for path, spans in deleted.items():
            gone.setdefault(path, []).extend(span for span, _ in spans)
        for path, moved in self.moved.items():
            gone.setdefault(path, []).extend(moved)
        return gone

    def _callers(self, gone: Spans) -> dict[str, Migration]:
        """The awaited calls of sync halves outside of these lines."""
        if not self.options.callers:
            return {}
        pairs = [verdict.pair for verdict in self.verdicts if verdict.pair is not None]
        options = self.options
        return migrations(
            self.sources, pairs, self._wanted, options.decorators, options.flag, gone, options.asked
        )

    def _wanted(self, source: Source, first: int, last: int, level: Level) -> tuple[Status, str | None]:
        lines = text_of(source.data).lines
        if any(is_suppressed(lines[number - 1], "sync-wrapper") for number in (first, last)):
            return Status.SUPPRESSED, model.Reason.SUPPRESSED
        if not self.scope.selects(source.path, first, last):
            return Status.UNCHANGED, model.Reason.NOT_SELECTED
        if not self.scope.level.admits(level):
            return Status.SUGGESTED, model.Reason.BELOW_LEVEL
        return Status.CHANGED, None

    def _is_chosen(self, verdict: Verdict) -> bool:
        """Record a pair that is suppressed or not selected; True for the others of files in scope."""
        assert verdict.pair is not None
        half = verdict.pair.sync
        source = self.sources[half.path]
        if not source.in_scope:
            return False
        lines = text_of(source.data).lines
        if any(is_suppressed(lines[n - 1], "sync-wrapper") for n in range(half.first, half.line + 1)):
            self.ledger.pair(
                verdict, Status.SUPPRESSED, Level.BOUNDARY, model.Reason.SUPPRESSED, "suppressed by a comment"
            )
        elif site := self.scope.why_left_out(half.path, half.name):
            self.ledger.pair(
                verdict, Status.REFUSED, Level.BOUNDARY, site.reason, site.message, site.evidence
            )
        elif not self.scope.selects(half.path, *self._lines(verdict)):
            said = "not among the selected sites"
            self.ledger.left(verdict, model.Reason.NOT_SELECTED, said, self._lines(verdict))
        else:
            return True
        return False

    def _lines(self, verdict: Verdict) -> tuple[int, int]:
        """The lines of the half that would change, which the finding of a changed pair is about."""
        assert verdict.pair is not None
        is_core = self.options.direction == "sync-core" and verdict.relation is Relation.TRIVIAL_ASYNC
        half = verdict.pair.twin if is_core else verdict.pair.sync
        return half.first, half.last

    def _is_to_change(self, verdict: Verdict) -> bool:
        """Whether the run's level and what was observed let the pair change, as far as the bodies go."""
        if verdict.relation is Relation.BRIDGE:
            return False
        if verdict.relation is Relation.TRIVIAL_ASYNC and self.options.direction != "sync-core":
            return False
        if verdict.level is Level.OBSERVED:
            return self.scope.is_observed and self.scope.level.admits(Level.OBSERVED)
        if verdict.level is None:
            divergent = verdict.reason is Reason.DIVERGENT and verdict.obstacle is None
            return divergent and self.scope.level.admits(Level.SUGGESTED)
        return self.scope.level.admits(verdict.level)

    def _record(
        self,
        verdict: Verdict,
        is_changed: bool,
        refusal: tuple[Reason, str] | None,
        places: Mapping[Key, str],
    ) -> None:
        """One finding for a pair; `places` are the layers that functions move to."""
        if is_changed:
            level = verdict.level or Level.SUGGESTED
            place = places.get(verdict.sync.key)
            said = f"the sync half becomes a call of the async one{f' in {place}' if place else ''}"
            if verdict.relation is Relation.TRIVIAL_ASYNC:
                said = "the async half becomes a call of the sync one"
            self.ledger.changed(verdict, level, said, self.options.direction == "sync-core")
        elif refusal is not None:
            self.ledger.pair(verdict, Status.REFUSED, Level.BOUNDARY, *refusal)
        elif verdict.relation is Relation.BRIDGE:
            said = verdict.message or "the sync half runs the async one already"
            self.ledger.pair(verdict, Status.UNCHANGED, Level.BOUNDARY, Reason.ALREADY_A_BRIDGE, said)
        elif verdict.level is None:
            assert verdict.reason is not None
            is_open = verdict.reason is Reason.DIVERGENT and verdict.obstacle is None
            status = Status.SUGGESTED if is_open else Status.REFUSED
            level = Level.SUGGESTED if is_open else Level.BOUNDARY
            reason, message = verdict.reason, verdict.message
            if verdict.obstacle is not None and reason is Reason.DIVERGENT:
                reason, message = verdict.obstacle[0], f"{verdict.obstacle[1]}; and {message}"
            self.ledger.pair(verdict, status, level, reason, message)
        elif verdict.relation is Relation.TRIVIAL_ASYNC:
            said = "the async half never awaits, so that a bridge would only cost"
            self.ledger.pair(verdict, Status.UNCHANGED, Level.BOUNDARY, Reason.NEVER_AWAITS, said)
        else:
            self.ledger.pair(
                verdict, Status.SUGGESTED, Level.OBSERVED, Reason.NOT_OBSERVED, "; ".join(verdict.notes)
            )

    def _edit(self, verdict: Verdict) -> None:
        """The new body of a half."""
        pair = verdict.pair
        assert pair is not None
        path = pair.sync.path
        text = text_of(self.sources[path].data)
        if verdict.relation is Relation.TRIVIAL_ASYNC:
            node = verdict.twin.node
            code = sync_core(verdict, pair, indent_of(text, node), self.options.flag)
        else:
            assert self.bridge is not None
            node = verdict.sync.node
            how, module = importing(self.modules, path, self.bridge)
            if how == "module":
                self.add.setdefault(path, {})[module, self.bridge.name] = None
            local = module if how == "body" else ""
            code = wrapper(verdict, pair, self.bridge.name, indent_of(text, node), local)
        lines = removed_lines(text, node)
        assert lines is not None
        self.bodies.setdefault(path, []).append(Splice(*lines, code))
        self.retired.setdefault(path, []).extend(comments(text, *lines))

    def _file(
        self,
        path: str,
        deleted: list[tuple[tuple[int, int], str]],
        orphans: list[str],
        callers: Migration | None,
    ) -> FilePlan:
        add = tuple(self.add.get(path, ()))
        callers = callers or Migration()
        roots = {m.partition(".")[0] for m in (*(m for m, _ in add), *(i.module for i in callers.imports))}
        return FilePlan(
            self.ledger.of(path),
            tuple(self.bodies.get(path, ())),
            (*(span for span, _ in deleted), *self.moved.get(path, ())),
            add,
            tuple(orphans),
            tuple(self.retired.get(path, ())),
            tuple(sorted(root for root in roots if root and self.modules.find(root, path))),
            callers,
            self.layers.get(path),
        )
