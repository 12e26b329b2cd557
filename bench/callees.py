"""`python -m bench.callees [NAME==VERSION ...]`: which callees of the builtins and the standard library try bodies use, and how
many of these uses the knowledge base knows. Callees are resolved as narrow-except does; without names: Prefect and the lists.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from bench.handlers import is_test
from bench.packages import DEVELOPMENT, HELD_OUT, files_of
from refactorkit.analysis.handler_plan import Planner, Wishes, attempts
from refactorkit.analysis.raise_calls import Library
from refactorkit.analysis.raise_facts import Attempt, Effect, Invoke, Within
from refactorkit.analysis.values import Place
from refactorkit.config import Scope
from refactorkit.demo import subject_archive
from refactorkit.model import Source
from refactorkit.raise_knowledge import CallShape, canonical, known

PYTHON = sys.version_info[:2]
ANY = CallShape(has_star=True, has_double_star=True)


class Uses(Struct, frozen=True):
    """The callees in the try bodies of one subject, with how often each is used."""

    subject: str
    counts: dict[str, int]

    def known(self) -> tuple[int, int]:
        """How many uses are of callees with an entry, of how many."""
        found = sum(n for callee, n in self.counts.items() if known(callee, ANY, PYTHON))
        return found, sum(self.counts.values())

    def unknown(self) -> list[str]:
        """The callees without an entry, the most used ones first."""
        missing = [callee for callee in self.counts if not known(callee, ANY, PYTHON)]
        return sorted(missing, key=lambda callee: (-self.counts[callee], callee))


def uses(subject: str, files: Mapping[str, bytes]) -> Uses:
    """What the try bodies of a subject call."""
    sources = {path: Source(path=path, data=data) for path, data in files.items() if path.endswith(".py")}
    planner = Planner("narrow-except", sources, Scope(), PYTHON, Wishes())
    paths = [path for path, source in sources.items() if b"except" in source.data and not is_test(path)]
    planner.files.read(paths)
    counts: Counter[str] = Counter()
    for path in paths:
        facts = planner.files.facts(path)
        if facts is None:
            continue
        for routine in facts.routines:
            place = Place(path, facts.scopes, routine.scope)
            for attempt in attempts(routine.effects):
                for call in _calls(attempt.body):
                    counts.update(_library(planner, call, place))
    return Uses(subject, dict(counts))


def _calls(effects: Sequence[Effect]) -> Iterator[Invoke]:
    """The calls in a body; a try inside it is asked by itself."""
    for effect in effects:
        match effect:
            case Invoke():
                yield effect
            case Within(body=body):
                yield from _calls(body)
            case Attempt():
                for part in (*(c.body for c in effect.clauses), effect.orelse, effect.final):
                    yield from _calls(part)
            case _:
                pass


def _library(planner: Planner, call: Invoke, place: Place) -> Iterator[str]:
    for target in planner.judge._effects.calls.targets(call.func, place):
        if isinstance(target, Library):
            callee = canonical(target.qualified.removeprefix("builtins."))
            top = callee.partition(".")[0]
            if (
                "." not in callee
                or top in sys.stdlib_module_names
                or top in ("str", "list", "dict", "set", "bytes", "int")
            ):
                yield callee


def main() -> int:
    """Print a line for each subject, and the callees that have no entry."""
    subjects = {name: files_of(name) for name in sys.argv[1:]}
    if not subjects:
        subjects = {"prefect": dict(subject_archive("prefect"))}
        subjects |= {name: files_of(name) for name in (*DEVELOPMENT, *HELD_OUT)}
    for name, files in subjects.items():
        found = uses(name, files)
        part, whole = found.known()
        share = f"{part / whole:.1%}" if whole else "none"
        print(f"{name}: {share} ({part} of {whole} uses, {len(found.counts)} callees)")
        print("    " + " ".join(found.unknown()[:12]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
