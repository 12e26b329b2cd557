"""`python -m bench.replay`: what really arrives at the handlers of real code against what is proved for them.

Tests run with everything recorded that reaches a try whose handlers are all narrow: those of packages, `NAME==VERSION`, and
test modules of the standard library, by their name. Each try that narrow-except would narrow, were it broad, is held against
that: a type that arrived and lies outside is a mistake of a proof.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from bench.handlers import is_test, made_broad
from bench.packages import Unavailable
from bench.recover import Judged, judged
from bench.sdists import SUITES, laid_out, suite_of, version
from refactorkit.observation.collecting import TESTS, Place
from refactorkit.observation.collecting import is_test as is_test_file
from refactorkit.observation.planning import Chains
from refactorkit.observation.replaying import ASSUMED, is_same
from refactorkit.observation.watching import watch

PAGE = Path(__file__).parent.parent / "docs" / "replay.md"
MODULES = (
    "test_json", "test_configparser", "test_shlex", "test_csv", "test_plistlib", "test_http_cookies",
    "test_ipaddress", "test_tomllib", "test_zipfile", "test_tarfile", "test_email", "test_urlparse",
    "test_pathlib", "test_argparse", "test_getopt", "test_pickle", "test_fractions", "test_statistics",
    "test_netrc", "test_mailbox", "test_textwrap", "test_tokenize", "test_inspect", "test_locale",
    "test_datetime", "test_decimal", "test_base64", "test_binascii", "test_bz2", "test_lzma", "test_gzip",
    "test_hmac", "test_html", "test_http_cookiejar", "test_urllib", "test_uuid", "test_wave", "test_weakref",
)  # fmt: skip
STANDARD = "the standard library"
OF_TESTS = (*TESTS, "test/")
ENDS = {True: (0, 2), False: (0, 1)}
"""The exit codes of tests that ran, whether they passed or not: those of the standard library, and those under pytest."""
INTRODUCTION = """# What arrives against what is proved

`python -m bench.replay --python python3.12 --write` measures this and writes the page. Test suites run with everything recorded
that reaches a `try` whose handlers are all narrow. narrow-except judges each of these as if it were `except Exception`; where it
would narrow at level `proved`, each type that arrived has to be in the set that it would write. One that isn't is a mistake.
TypeError, AttributeError and NameError, which a proof assumes not to be raised, and what tests throw in don't count.

- **tries**: those whose handlers are all narrow, in the files that ran; **proved**: those of them that would be narrowed.
- **exercised**: those of the proved ones at which something arrived; **outside**: the types that are in no proved set.
"""
HEAD = ("suite", "exceptions", "tries", "proved", "exercised", "outside")


class Subject(Struct, frozen=True):
    """Code with tests: where its files lie, those that aren't tests by path, and the command that runs the tests."""

    name: str
    folder: Path
    sources: dict[str, bytes]
    command: tuple[str, ...]


class Outside(Struct, frozen=True):
    """A type that arrived at a try, and is in no class that is proved for it."""

    judged: Judged
    place: Place
    count: int

    def __str__(self) -> str:
        ours = ", ".join(self.judged.ours) or "nothing"
        return f"{self.judged.place}: {self.place.type} ({self.count}) is not in {ours}"


class Replayed(Struct, frozen=True):
    """The figures of one subject."""

    name: str
    exceptions: int
    tries: int
    proved: int
    exercised: int
    outside: tuple[Outside, ...]

    def row(self) -> str:
        """Its line of the table."""
        counts = (self.exceptions, self.tries, self.proved, self.exercised, len(self.outside))
        return f"| {self.name} | {' | '.join(map(str, counts))} |"


def main() -> int:
    """Run the tests, print what lies outside, and return 1 when anything does."""
    parser = argparse.ArgumentParser(prog="python -m bench.replay", description=__doc__)
    parser.add_argument(
        "suites", nargs="*", help="NAME==VERSION, or test modules of the library; without any, the usual ones"
    )
    parser.add_argument(
        "--python", default=sys.executable, help="the interpreter that runs them; 3.12 or later"
    )
    parser.add_argument("--write", action="store_true", help=f"also write docs/{PAGE.name}")
    options = parser.parse_args()
    if tuple(map(int, version(options.python).split(".")[:2])) < (3, 12):
        parser.error("before Python 3.12 only what a clause takes can be seen: pass --python")
    names = options.suites or [suite.name for suite in SUITES]
    modules = [name for name in names if "==" not in name] if options.suites else MODULES
    found: list[Replayed] = []
    try:
        if modules:
            found.append(replayed(library(options.python, modules)))
            print(found[-1].row(), file=sys.stderr)
        for name in names:
            if "==" in name:
                found.append(replayed(package(name, options.python)))
                print(found[-1].row(), file=sys.stderr)
    except Unavailable as error:
        print(f"bench.replay: {error}", file=sys.stderr)
        return 1
    text = page(found, version(options.python))
    print(text, end="")
    if options.write:
        PAGE.write_text(text, "utf-8")
    return 1 if any(one.outside for one in found) else 0


def library(python: str, modules: Sequence[str]) -> Subject:
    """The standard library of an interpreter, with some of its test modules."""
    ask = [python, "-c", "import os; print(os.path.dirname(os.path.realpath(os.__file__)))"]
    folder = Path(subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip())
    command = (python, "-X", "frozen_modules=off", "-m", "test", *modules)
    return Subject(STANDARD, folder, _sources(folder), command)


def package(name: str, python: str) -> Subject:
    """A release with the tests of its source distribution. Raises Unavailable."""
    laid = laid_out(suite_of(name), python)
    return Subject(name, laid.folder.resolve(), _sources(laid.folder), laid.pytest())


def replayed(subject: Subject) -> Replayed:
    """Run the tests of a subject, and hold what arrives against what is proved."""
    sources, folder = subject.sources, subject.folder
    chains = {str(folder / path): made for path, data in sources.items() if (made := _chains(data))}
    with contextlib.chdir(folder), contextlib.redirect_stdout(sys.stderr):
        watched = watch(subject.command, chains)
    if watched.exit_code not in ENDS[subject.name == STANDARD]:
        raise Unavailable(f"the tests of {subject.name} did not run ({watched.exit_code}): name another")
    arrivals = watched.collected.arrivals
    seen = {Path(place.path).relative_to(folder).as_posix() for place in arrivals}
    files = {path: sources[path] for path in sorted(seen)} if subject.name == STANDARD else sources
    tally = judged("stdlib" if subject.name == STANDARD else subject.name, files)
    inside = [one for one in tally.judged if one.place.rpartition(":")[0] in seen]
    proved = [one for one in inside if one.is_proved]
    exercised, outside = _held_against(proved, sources, folder, arrivals)
    return Replayed(subject.name, sum(arrivals.values()), len(inside), len(proved), exercised, tuple(outside))


def page(found: Sequence[Replayed], python: str) -> str:
    """The page, in Markdown."""
    lines = [
        INTRODUCTION,
        f"| {' | '.join(HEAD)} |",
        f"|{' --- |' * len(HEAD)}",
        *(one.row() for one in found),
    ]
    names = ("exceptions", "tries", "proved", "exercised")
    total = [sum(getattr(one, name) for one in found) for name in names]
    outside = [f"- {one.name}, {each}" for one in found for each in one.outside]
    lines.append(f"| **everything** | {' | '.join(map(str, (*total, len(outside))))} |")
    return (
        "\n".join([*lines, "", f"Python {python}.", "", "## Outside", "", *(outside or ["Nothing."])]) + "\n"
    )


def _sources(folder: Path) -> dict[str, bytes]:
    """The files below a folder that are no tests, by path."""
    paths = (path.relative_to(folder) for path in sorted(folder.rglob("*.py")))
    return {
        path.as_posix(): (folder / path).read_bytes()
        for path in paths
        if "site-packages" not in path.parts and not is_test(path.as_posix())
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
    proved: list[Judged], sources: Mapping[str, bytes], folder: Path, arrivals: Mapping[Place, int]
) -> tuple[int, list[Outside]]:
    """How many of the tries something arrived at, and what lies outside of what is proved for them."""
    exercised, outside = 0, []
    for one in proved:
        path, _, line = one.place.rpartition(":")
        first = _first_clauses(sources[path]).get(int(line))
        here = [(p, n) for p, n in arrivals.items() if (p.path, p.line) == (str(folder / path), first)]
        exercised += bool(here)
        outside += [Outside(one, place, count) for place, count in here if _is_outside(one, place, folder)]
    return exercised, outside


def _is_outside(one: Judged, place: Place, folder: Path) -> bool:
    """Whether the proof is wrong: types of tests, types that tests throw in and assumed types don't count."""
    names = (place.type, *place.bases)
    if any(is_test_file(file, folder, OF_TESTS) for file in (place.home, place.source)):
        return False
    if any(name in ASSUMED for name in names):
        return False
    # A class of the code itself is spoken of by its bare name.
    return not any(
        ours in (name, name.rpartition(".")[2]) or is_same(name, ours) for name in names for ours in one.ours
    )


if __name__ == "__main__":
    sys.exit(main())
