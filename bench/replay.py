"""`python -m bench.replay`: what really arrives at the handlers of the standard library against what is proved for them.

The library's own tests run with everything recorded that reaches a try whose handlers are all narrow. Each try that
narrow-except would narrow, were it broad, is held against that: a type that arrived and lies outside is a mistake of a proof.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from bench.handlers import is_test, made_broad
from bench.recover import Judged, judged
from refactorkit.observation.collecting import TESTS, Place
from refactorkit.observation.collecting import is_test as is_test_file
from refactorkit.observation.planning import Chains
from refactorkit.observation.replaying import ASSUMED, is_same
from refactorkit.observation.watching import watch

MODULES = ("test_json", "test_configparser", "test_shlex", "test_csv", "test_plistlib", "test_http_cookies")
OF_TESTS = (*TESTS, "test/")


class Outside(Struct, frozen=True):
    """A type that arrived at a try, and is in no class that is proved for it."""

    judged: Judged
    place: Place
    count: int


def main() -> int:
    """Run the tests, print what lies outside, and return 1 when anything does."""
    parser = argparse.ArgumentParser(prog="python -m bench.replay", description=__doc__)
    parser.add_argument("modules", nargs="*", default=MODULES, help="test modules of the standard library")
    parser.add_argument(
        "--python", default=sys.executable, help="the interpreter whose library it is; 3.12 or later"
    )
    options = parser.parse_args()
    ask = [options.python, "-c", "import os; print(os.path.dirname(os.path.realpath(os.__file__)))"]
    library = Path(subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip())
    sources = {path: data for path, data in _sources(library).items() if not is_test(path)}
    chains = {str(library / path): found for path, data in sources.items() if (found := _chains(data))}
    test = [options.python, "-X", "frozen_modules=off", "-m", "test", *options.modules]
    arrivals = watch(test, chains).collected.arrivals
    seen = {Path(place.path).relative_to(library).as_posix() for place in arrivals}
    tally = judged("stdlib", {path: sources[path] for path in sorted(seen)})
    proved = [one for one in tally.judged if one.is_proved]
    exercised, outside = _held_against(proved, sources, library, arrivals)
    print(
        f"{sum(arrivals.values())} exceptions in {len(seen)} files; {len(tally.judged)} tries, {len(proved)} proved, "
        f"{exercised} of these exercised, {len(outside)} types outside"
    )
    for one in outside:
        print(
            f"  {one.judged.place}: {one.place.type} ({one.count}) is not in {', '.join(one.judged.ours) or 'nothing'}"
        )
    return 1 if outside else 0


def _sources(library: Path) -> dict[str, bytes]:
    paths = (path.relative_to(library) for path in sorted(library.rglob("*.py")))
    return {
        path.as_posix(): (library / path).read_bytes() for path in paths if "site-packages" not in path.parts
    }


def _first_clauses(data: bytes) -> dict[int, int]:
    """The line of the first `except`, by the line of each `try` whose handlers are all narrow."""
    try:
        lines = {one.line for one in made_broad(data)[0]}
    except (SyntaxError, ValueError):
        return {}
    tries = [node for node in ast.walk(ast.parse(data)) if isinstance(node, ast.Try)]
    return {node.lineno: node.handlers[0].lineno for node in tries if node.handlers and node.lineno in lines}


def _chains(data: bytes) -> Chains:
    """A plan that records all that reaches these tries, whichever clause takes it."""
    return {line: ((line, True, ("bare",)),) for line in _first_clauses(data).values()}


def _held_against(
    proved: list[Judged], sources: Mapping[str, bytes], library: Path, arrivals: Mapping[Place, int]
) -> tuple[int, list[Outside]]:
    """How many of the tries something arrived at, and what lies outside of what is proved for them."""
    exercised, outside = 0, []
    for one in proved:
        path, _, line = one.place.rpartition(":")
        first = _first_clauses(sources[path]).get(int(line))
        here = [(p, n) for p, n in arrivals.items() if (p.path, p.line) == (str(library / path), first)]
        exercised += bool(here)
        outside += [Outside(one, place, count) for place, count in here if _is_outside(one, place, library)]
    return exercised, outside


def _is_outside(one: Judged, place: Place, library: Path) -> bool:
    """Whether the proof is wrong: types of tests, types that tests throw in and assumed types don't count."""
    names = (place.type, *place.bases)
    if any(is_test_file(file, library, OF_TESTS) for file in (place.home, place.source)):
        return False
    if any(name in ASSUMED for name in names):
        return False
    # A class of the library itself is spoken of by its bare name.
    return not any(
        ours in (name, name.rpartition(".")[2]) or is_same(name, ours) for name in names for ours in one.ours
    )


if __name__ == "__main__":
    sys.exit(main())
