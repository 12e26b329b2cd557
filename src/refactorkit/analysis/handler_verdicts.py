"""What becomes of each broad handler: narrowed with a proof, suggested, or left with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from refactorkit.analysis.handler_names import Names, Spelling
from refactorkit.analysis.handler_observations import Recorded, Sightings
from refactorkit.analysis.handler_reasons import BOUNDARIES, Reason
from refactorkit.analysis.handler_traits import Trait
from refactorkit.analysis.raise_effects import Effects
from refactorkit.analysis.raise_facts import Attempt, Clause, Site
from refactorkit.analysis.raise_sets import Raises, Sets, Unknown
from refactorkit.analysis.raise_types import ExceptionTypes, Raisable, spoken
from refactorkit.analysis.values import Place
from refactorkit.model import Level

BROAD = ("Exception", "BaseException")
TYPE_ERRORS = ("AttributeError", "NameError", "TypeError")
FATAL = ("KeyboardInterrupt", "SystemExit")
MOST_MISSING = 3
"""How many unknowns a suggestion may have; with more it would be a guess."""
MOST_SHOWN = 12
PLACES = {
    Trait.STAR: (Reason.EXCEPT_STAR, "except* takes groups apart"),
    Trait.RERAISES: (Reason.RERAISES, "it always raises the exception again"),
    Trait.PASSES_ON: (Reason.PASSES_ON, "it hands the exception to somebody who waits for it"),
    Trait.YIELDS: (Reason.YIELDS, "its body yields to a caller"),
    Trait.TASK_GROUP: (Reason.TASK_GROUP, "its body runs a task group"),
    Trait.DESTRUCTOR: (Reason.DESTRUCTOR, "it guards what runs at the end"),
    Trait.CALLBACK: (Reason.CALLBACK, "its function is handed to somebody who calls it"),
    Trait.CLEANUP: (Reason.CLEANUP, "it guards cleanup"),
    Trait.IN_LOOP: (Reason.SERVICE_LOOP, "it keeps a loop going"),
}
"""What the place of a handler says about it, the first that holds."""
DIFFERENCE = "KeyboardInterrupt, SystemExit, GeneratorExit and CancelledError would no longer be caught"
BARE = ("Exception",)
EXPOSES = "TypeError, AttributeError or NameError of ill-typed code"


class Verdict(Struct, frozen=True):
    """What becomes of a handler. `header` is what its types become, None where nothing can be written;
    `rests_on_recording`: it would change, had no run been recorded; `is_stale`: runs were recorded, of other bytes."""

    level: Level
    reason: Reason | None
    message: str
    header: tuple[str, ...] | None = None
    add: tuple[tuple[str, str], ...] = ()
    raised: Raises = Raises()
    names: tuple[str, ...] = ()
    observed: tuple[str, ...] = ()
    rests_on_recording: bool = False
    is_stale: bool = False
    kinds: tuple[Raisable, ...] = ()


class Handler(Struct, frozen=True):
    """A broad handler of the project: the try, the index of the clause, and where it stands."""

    attempt: Attempt
    index: int
    place: Place

    @property
    def clause(self) -> Clause:
        """The clause itself."""
        return self.attempt.clauses[self.index]

    @property
    def site(self) -> Site:
        """Its site."""
        site = self.clause.site
        assert site is not None
        return site


class Judge:
    """Decides on handlers one by one."""

    def __init__(
        self,
        effects: Effects,
        sets: Sets,
        kinds: ExceptionTypes,
        names: Names,
        keeps_type_errors: bool,
        level: Level,
        recorded: Recorded,
    ) -> None:
        self._recorded = recorded
        self._level = level
        self._effects = effects
        self._sets = sets
        self._kinds = kinds
        self._names = names
        self._keeps_type_errors = keeps_type_errors

    def is_broad(self, clause: Clause, place: Place) -> bool:
        """Whether a clause catches Exception or BaseException, under whatever name."""
        if clause.site is None:
            return False
        if clause.types is None:
            return True
        return any(
            kind in BROAD for fact in clause.types for kind in self._effects.exceptions(fact, place) or ()
        )

    def decide(self, handler: Handler) -> Verdict:
        """The verdict on a handler. A bare one that has to stay broad is at least better off as `except Exception`."""
        seen = self._recorded.at(handler.place.path, handler.clause.line)
        verdict = self._decided(handler, seen)
        if seen is not None:
            rests = verdict.header is None and self._is_applied(self._decided(handler, None))
            verdict = structs.replace(verdict, observed=seen.words, rests_on_recording=rests)
        elif self._recorded.is_stale(handler.place.path):
            verdict = structs.replace(verdict, is_stale=True)
        is_left = verdict.header is None and verdict.reason not in (Reason.RERAISES, Reason.EXCEPT_STAR)
        if handler.clause.types is None and is_left:
            said = f"{DIFFERENCE}; {verdict.message}"
            return Verdict(
                Level.SUGGESTED, Reason.BARE_EXCEPT, said, BARE, raised=verdict.raised, names=BARE, kinds=BARE,
                observed=verdict.observed, is_stale=verdict.is_stale,
            )  # fmt: skip
        return verdict

    def _is_applied(self, verdict: Verdict) -> bool:
        return verdict.header is not None and self._level.admits(verdict.level)

    def _decided(self, handler: Handler, seen: Sightings | None) -> Verdict:
        for trait, (reason, message) in PLACES.items():
            if trait in handler.site.traits:
                return Verdict(Level.BOUNDARY, reason, message)
        raised = self.arriving(handler)
        boundary = next((u for r in BOUNDARIES for u in raised.unknown if u.reason is r), None)
        if boundary is not None:
            return Verdict(Level.BOUNDARY, boundary.reason, f"its body runs {boundary.what}", raised=raised)
        if seen is not None and seen.is_boundary:
            said = f"recorded runs saw {len(seen.types)} types there"
            return Verdict(Level.BOUNDARY, Reason.ALL_KINDS_OBSERVED, said, raised=raised)
        if raised.unknown:
            return self._unproved(handler, raised, seen)
        return self._contradicted(raised, seen) or self._known(handler, raised)

    def _contradicted(self, raised: Raises, seen: Sightings | None) -> Verdict | None:
        """A refusal where a recorded run saw a type that is not in a set that looks proved."""
        for sighting in seen.types if seen is not None else ():
            if sighting.is_injected or sighting.lineage & set(raised.types):
                continue
            if sighting.is_programming and self._keeps_type_errors:
                continue
            reason = Reason.TYPE_ERROR_GUARD if sighting.is_programming else Reason.CONTRADICTED
            return Verdict(
                Level.BOUNDARY, reason, f"a recorded run saw {spoken(sighting.kind)} there", raised=raised
            )
        return None

    def arriving(self, handler: Handler) -> Raises:
        """What can reach a handler: what its body raises without what the handlers above it catch."""
        raised = self._sets.of(self._effects.tree(handler.attempt.body, handler.place))
        for sibling in handler.attempt.clauses[: handler.index]:
            types = self._effects.clause_types(sibling, handler.place)
            if types is None:
                top = Unknown(Reason.UNKNOWN_EXCEPTION, "what the handler above it catches")
                return Raises(
                    raised.types, {**raised.unknown, top: (top.what,)}, raised.doubts, raised.assumes
                )
            raised = self._sets.split(raised, types)[1]
        return raised

    def _caught(self, handler: Handler, raised: Raises) -> list[Raisable]:
        """The types of a set that a handler catches."""
        types = self._effects.written_types(handler.clause, handler.place) or ("Exception",)
        return list(self._sets.split(raised, types)[0].types)

    def _unproved(self, handler: Handler, raised: Raises, seen: Sightings | None) -> Verdict:
        """Something isn't known: what was observed where that is little, a suggestion, or else a refusal."""
        top = next(iter(raised.unknown))
        message = f"{top.what} may raise anything"
        if Trait.TRANSLATES in handler.site.traits:
            return Verdict(
                Level.BOUNDARY,
                Reason.TRANSLATES,
                f"it raises another exception, and {message}",
                raised=raised,
            )
        if self._is_base(handler) and handler.clause.types is not None:
            return Verdict(
                Level.BOUNDARY, Reason.KEEPS_INTERRUPTS, f"it stops everything, and {message}", raised=raised
            )
        if seen is not None and len(raised.unknown) <= MOST_MISSING and not self._is_base(handler):
            kinds = [*self._caught(handler, raised), *(s.kind for s in seen.types)]
            spelled = self._spelled(handler, kinds, Level.OBSERVED)
            if spelled and not any(kind in BROAD for kind in kinds):
                said = f"what is known and what recorded runs saw, though {message}"
                return self._written(Level.OBSERVED, top.reason, said, spelled, raised)
        spelled = self._spelled(handler, self._caught(handler, raised), Level.SUGGESTED)
        is_guess = len(raised.unknown) > MOST_MISSING or any(s.kind in BROAD for s in spelled or ())
        if not spelled or is_guess:
            return Verdict(Level.SUGGESTED, top.reason, message, raised=raised)
        if handler.clause.types is None:
            return self._written(
                Level.SUGGESTED, Reason.BARE_EXCEPT, f"{DIFFERENCE}; {message}", spelled, raised
            )
        return self._written(Level.SUGGESTED, top.reason, message, spelled, raised)

    def _known(self, handler: Handler, raised: Raises) -> Verdict:
        kinds = self._caught(handler, raised)
        own = [k for k in self._listed(handler) if k not in BROAD]
        if not kinds:
            return self._nothing(handler, raised)
        if any(kind in BROAD for kind in kinds):
            return Verdict(
                Level.BOUNDARY,
                Reason.UNKNOWN_EXCEPTION,
                "the body raises a type that is as broad",
                raised=raised,
            )
        if raised.doubts and not self._keeps_type_errors:
            return Verdict(Level.BOUNDARY, Reason.TYPE_ERROR_GUARD, raised.doubts[0], raised=raised)
        if self._keeps_type_errors:
            kinds += [k for k in TYPE_ERRORS if k not in kinds]
        spelled = self._spelled(handler, [*kinds, *own])
        if spelled is None:
            missing = next(
                k for k in kinds if self._names.spell(k, handler.place, handler.clause.line) is None
            )
            said = f"{spoken(missing)} can't be named here"
            return Verdict(Level.BOUNDARY, Reason.TYPE_NOT_IMPORTABLE, said, raised=raised)
        for name in handler.site.attributes:
            for kind in kinds:
                if not self._names.has_attribute(kind, name):
                    said = f"the handler reads .{name}, which {spoken(kind)} may not have"
                    return Verdict(Level.BOUNDARY, Reason.MISSING_ATTRIBUTE, said, raised=raised)
        if self._is_base(handler) and not self._is_guarded(handler):
            said = f"{DIFFERENCE}, should a signal or a caller send one"
            reason = Reason.BARE_EXCEPT if handler.clause.types is None else Reason.KEEPS_INTERRUPTS
            return self._written(Level.SUGGESTED, reason, said, spelled, raised)
        return self._written(Level.PROVED, None, "", spelled, raised)

    def _nothing(self, handler: Handler, raised: Raises) -> Verdict:
        if raised.doubts:
            return Verdict(Level.BOUNDARY, Reason.TYPE_ERROR_GUARD, raised.doubts[0], raised=raised)
        if handler.index and self._sets.of(self._effects.tree(handler.attempt.body, handler.place)).types:
            return Verdict(
                Level.BOUNDARY, Reason.ALREADY_CAUGHT, "the handlers above it catch all", raised=raised
            )
        return Verdict(
            Level.BOUNDARY, Reason.NOTHING_RAISED, "nothing that it catches can arrive", raised=raised
        )

    def _listed(self, handler: Handler) -> tuple[Raisable, ...]:
        """The types that a handler names, the broad one among them."""
        if handler.clause.types is None:
            return ()
        return self._effects.written_types(handler.clause, handler.place) or ()

    def _is_base(self, handler: Handler) -> bool:
        return handler.clause.types is None or "BaseException" in self._listed(handler)

    def _is_guarded(self, handler: Handler) -> bool:
        """Whether handlers above take what isn't an Exception, so that its way stays as it is."""
        above: set[Raisable] = set()
        for sibling in handler.attempt.clauses[: handler.index]:
            above |= set(self._effects.clause_types(sibling, handler.place) or ())
        needed = {*FATAL, *(("asyncio.CancelledError",) if Trait.AWAITS in handler.site.traits else ())}
        return needed <= above

    def _spelled(
        self, handler: Handler, kinds: Iterable[Raisable], level: Level = Level.PROVED
    ) -> list[Spelling] | None:
        """The types as they are written there, those below another one left out; None if one can't be named."""
        is_real = self._level.admits(level)
        wanted = list(dict.fromkeys(kinds))
        tops = [k for k in wanted if not any(o != k and self._kinds.is_subclass(k, o) for o in wanted)]
        found = [self._names.spell(kind, handler.place, handler.clause.line, is_real) for kind in tops]
        if not found or any(s is None for s in found):
            return None
        return sorted((s for s in found if s is not None), key=lambda s: s.text)

    @staticmethod
    def _written(
        level: Level, reason: Reason | None, message: str, spelled: Sequence[Spelling], raised: Raises
    ) -> Verdict:
        names = tuple(dict.fromkeys(s.text for s in spelled))
        add = tuple(dict.fromkeys(s.add for s in spelled if s.add is not None))
        kinds = tuple(dict.fromkeys(s.kind for s in spelled))
        return Verdict(level, reason, message, names, add, raised, names, kinds=kinds)


def witnesses(raised: Raises) -> list[str]:
    """Each type with where it comes from, for people: `ValueError: int() at a.py:9 <- parse() at a.py:12`."""
    lines = [f"{spoken(kind)}: {' <- '.join(steps)}" for kind, steps in raised.types.items()]
    return sorted(lines)[:MOST_SHOWN]


def unknowns(raised: Raises) -> list[str]:
    """Each unknown with where it comes from."""
    return [f"{top.reason}: {' <- '.join(steps)}" for top, steps in raised.unknown.items()]
