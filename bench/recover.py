"""`python -m bench.recover`: turn what humans narrowed into `except Exception`, and see whether narrow-except finds it again.

Each try is judged with all others as they are, by the functions that the codemod itself decides with. A type that the human
lists counts as found if it or a superclass of it is in our set (recall); a type of ours counts as right if the human's
handlers and it have something to do with each other: one is, or is above or below, the other (precision).
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, structs

from bench.handlers import BROAD, Try, is_test, made_broad
from bench.packages import DEVELOPMENT, HELD_OUT, Unavailable, files_of, standard_library
from refactorkit.analysis.handler_plan import Planner, Wishes, attempts
from refactorkit.analysis.handler_verdicts import Handler
from refactorkit.analysis.raise_facts import Attempt, FileRaises
from refactorkit.analysis.raise_reading import file_raises
from refactorkit.analysis.raise_types import PROGRAMMING, Raisable, spoken
from refactorkit.analysis.type_questions import Oracle
from refactorkit.analysis.values import Place
from refactorkit.config import Scope
from refactorkit.model import Level, Source
from refactorkit.type_oracle import PINNED, oracle

PAGE = Path(__file__).parent.parent / "docs" / "recover.md"
MIN_RECALL, MIN_PRECISION, MIN_COVERAGE = 0.99, 0.80, 0.25
PYTHON = sys.version_info[:2]


class Judged(Struct, frozen=True):
    """One try: what the human caught, what we say. `reason` is "" where it would be narrowed."""

    place: str
    statements: int
    human: tuple[str, ...]
    ours: tuple[str, ...]
    missed: tuple[str, ...]
    wrong: tuple[str, ...]
    programming: bool
    """Whether the human's types hold one of TypeError, AttributeError and NameError that ours don't."""
    reason: str
    witness: tuple[str, ...] = ()

    @property
    def is_proved(self) -> bool:
        """Whether it would be narrowed by default."""
        return not self.reason


class Tally(Struct, frozen=True):
    """The figures of one subject."""

    subject: str
    judged: tuple[Judged, ...]

    def counted(self) -> list[Judged]:
        """The tries that count: whose human lists no programming error."""
        return [one for one in self.judged if one.human and not one.programming]

    def guards(self) -> tuple[int, int]:
        """How many tries against programming errors are narrowed, of how many."""
        guards = [one for one in self.judged if one.programming]
        return sum(one.is_proved for one in guards), len(guards)

    def recall(self) -> tuple[int, int]:
        """How many types of humans are found, of how many, where we narrow."""
        proved = [one for one in self.counted() if one.is_proved]
        every = sum(len(one.human) for one in proved)
        return every - sum(len(one.missed) for one in proved), every

    def precision(self) -> tuple[int, int]:
        """How many of our types are right, of how many."""
        proved = [one for one in self.counted() if one.is_proved]
        every = sum(len(one.ours) for one in proved)
        return every - sum(len(one.wrong) for one in proved), every

    def coverage(self) -> tuple[int, int]:
        """How many bodies of one statement are narrowed, of how many."""
        single = [one for one in self.counted() if one.statements == 1]
        return sum(one.is_proved for one in single), len(single)


def judged(subject: str, files: Mapping[str, bytes], asked: Oracle | None = None) -> Tally:
    """Every try of a subject whose handlers are all narrow."""
    sources = {path: Source(path=path, data=data) for path, data in files.items()}
    planner = Planner("narrow-except", sources, Scope(), PYTHON, Wishes(), asked)
    planner.files.read(sources)
    wanted = list(_wanted(planner, files))
    planner.inform(lambda: (planner.judge.decide(handler) for handler, _, _ in wanted))
    if planner.is_cut_short:
        print(f"bench.recover: {subject}: the oracle died or was too slow", file=sys.stderr)
    found = (_judge(planner, handler, attempt, one) for handler, attempt, one in wanted)
    return Tally(subject, tuple(one for one in found if one is not None))


def _wanted(planner: Planner, files: Mapping[str, bytes]) -> Iterator[tuple[Handler, Attempt, Try]]:
    """Each try as one broad handler, as it is in the file, and what is known of it."""
    for path in sorted(files):
        if is_test(path) or b"except" not in files[path]:
            continue
        try:
            tries, broad = made_broad(files[path])
            facts, after = planner.files.facts(path), file_raises(broad)
        except (SyntaxError, ValueError):
            continue
        if facts is not None:
            yield from _of_file(path, facts, after, tries)


def _of_file(
    path: str, facts: FileRaises, after: FileRaises, tries: Sequence[Try]
) -> Iterator[tuple[Handler, Attempt, Try]]:
    clauses = {attempt.line: attempt.clauses[0] for attempt, _ in _attempts(path, after) if attempt.clauses}
    wanted = {one.line: one for one in tries}
    for attempt, place in _attempts(path, facts):
        if attempt.line in wanted and attempt.line in clauses and attempt.clauses:
            broad = structs.replace(attempt, clauses=(clauses[attempt.line],))
            yield Handler(broad, 0, place), attempt, wanted[attempt.line]


def _attempts(path: str, facts: FileRaises) -> Iterator[tuple[Attempt, Place]]:
    for routine in facts.routines:
        place = Place(path, facts.scopes, routine.scope)
        for attempt in attempts(routine.effects):
            yield attempt, place


def _judge(planner: Planner, handler: Handler, attempt: Attempt, one: Try) -> Judged | None:
    """The verdict on one try; None where the human's types can't be told, or are as broad."""
    judge, kinds = planner.judge, planner.judge._kinds
    human: list[Raisable] = []
    for clause in attempt.clauses:
        types = judge._effects.clause_types(clause, handler.place)
        if types is None:
            return None
        human += types
    if any(kind in BROAD for kind in human):
        return None  # under another name, as `WindowsError` is where there is none
    verdict = judge.decide(handler)
    is_proved = verdict.level is Level.PROVED and verdict.header is not None
    answer = [k for k in verdict.raised.types if k not in PROGRAMMING]
    tops = [k for k in answer if not any(o != k and kinds.is_subclass(k, o) for o in answer)]
    truth = [k for k in dict.fromkeys(human) if k not in PROGRAMMING]
    missed = [h for h in truth if not any(kinds.is_subclass(h, a) for a in tops)]
    wrong = [a for a in tops if not any(kinds.is_subclass(a, h) or kinds.is_subclass(h, a) for h in truth)]
    return Judged(
        f"{handler.place.path}:{attempt.line}",
        one.statements,
        tuple(spoken(k) for k in truth),
        tuple(spoken(k) for k in tops),
        tuple(spoken(k) for k in missed),
        tuple(spoken(k) for k in wrong),
        any(k in PROGRAMMING and k not in verdict.kinds for k in human),
        "" if is_proved else str(verdict.reason or verdict.level),
        tuple(f"{spoken(k)}: {' <- '.join(steps)}" for k, steps in verdict.raised.types.items()),
    )


def main() -> int:
    """Judge the subjects and print the page; 1 when one can't be had."""
    parser = argparse.ArgumentParser(prog="python -m bench.recover", description=__doc__)
    parser.add_argument(
        "subjects", nargs="*", help="NAME==VERSION; without any, the standard library and the lists"
    )
    parser.add_argument("--write", action="store_true", help=f"also write {PAGE.parent.name}/{PAGE.name}")
    parser.add_argument("--reasons", action="store_true", help="print why tries were left")
    parser.add_argument(
        "--oracle", choices=sorted(PINNED), help="ask this type checker for types that source doesn't tell"
    )
    options = parser.parse_args()
    names = options.subjects or ["stdlib", *DEVELOPMENT, *HELD_OUT]
    tallies = []
    for name in names:
        try:
            files = standard_library() if name == "stdlib" else files_of(name)
        except Unavailable as error:
            print(f"bench.recover: {error}", file=sys.stderr)
            return 1
        tallies.append(judged(name, files, oracle(options.oracle) if options.oracle else None))
    from bench.recover_page import page

    text = page(tallies)
    print(text)
    if options.reasons:
        left = Counter(one.reason for tally in tallies for one in tally.counted() if not one.is_proved)
        print("\n".join(f"{count:6} {reason}" for reason, count in left.most_common()))
    if options.write:
        PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
