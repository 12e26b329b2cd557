"""`python -m bench.suites`: the test suites of real packages before and after narrow-except, under the same interpreter.

Each package is taken twice: as it came, and with the narrow handlers of its code made `except Exception` first wherever they
are expected to be narrowed again, so that there is more to try. Narrowing at level `proved` says of itself that it changes nothing that the code does, so each test must end
as it did before. While the tests run before, `refactorkit observe` records: a type that arrives at a handler and lies outside
of what is proved for it is a mistake.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec import json as json_of

from bench.handlers import is_test, made_broad
from bench.packages import Unavailable
from bench.recover import judged
from bench.sdists import SUITES, Laid, laid_out, run, suite_of, version
from refactorkit.type_oracle import oracle

HOME = Path(__file__).parent.parent
PAGE = HOME / "docs" / "suites.md"
BRANCH = "refactorkit/narrow-except"
SHIPPED, BROAD = "as it came", "made broad"
LONGEST = 1200.0
"""Seconds that a suite may take."""
INTRODUCTION = """# Test suites after narrowing

`python -m bench.suites --python python3.12 --write` measures this and writes the page, all rows with the same sources. The test suite of each package runs before
and after `refactorkit apply narrow-except` at level `proved`, under the same interpreter, and each test has to end as it did
before. *Made broad*: first each `try` whose handlers all name narrow types got one `except Exception` in their place, wherever
narrow-except would narrow that, so that there is more to try. Tests that fail then fail before and after.

*Types outside*: those that `refactorkit observe` saw arrive at a handler, before, and that are in no class that is proved for it.
What tests define or throw in doesn't count. TypeError, AttributeError and NameError are assumed not to be raised; where
they did arrive, they are counted apart.
"""
NOTES = {
    "pyflakes.test.test_api.CheckTests::test_check_unknown_error": "the test hands None to a parameter without annotation, and "
    "expects the TypeError that a proof assumes away to be caught",
    "passlib.tests.test_crypto_digest.HashInfoTest::test_lookup_hash_alt_types": "the test hands what can't be hashed to a "
    "parameter without annotation, and expects the TypeError that a proof assumes away to be caught",
}
"""What was found out about tests that differ."""
HEAD = (
    "package", "code", "broad handlers", "entered", "narrowed", "passed before", "passed after", "tests that differ",
    "types outside", "programming errors seen",
)  # fmt: skip


class Row(Struct, frozen=True):
    """The figures of one package in one of its two forms."""

    suite: str
    form: str
    broad: int
    entered: int
    narrowed: int
    before: int
    after: int
    differing: tuple[str, ...]
    outside: tuple[str, ...]
    programming: tuple[str, ...]


def main() -> int:
    """Run the suites, print the page, and return 1 when something differs or can't be had."""
    parser = argparse.ArgumentParser(prog="python -m bench.suites", description=__doc__)
    parser.add_argument(
        "suites", nargs="*", metavar="NAME==VERSION", help="without any, those of bench/sdists.py"
    )
    parser.add_argument("--python", default=sys.executable, help="the interpreter; 3.12 or later is faster")
    parser.add_argument("--form", choices=(SHIPPED, BROAD), help="only the code in this form")
    parser.add_argument(
        "-o",
        dest="options",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="an option of narrow-except",
    )
    parser.add_argument("--write", action="store_true", help=f"also write docs/{PAGE.name}")
    options = parser.parse_args()
    if options.write and (options.suites or options.form or options.options):
        parser.error("--write is for all suites")
    commit = sources_commit()
    if options.write and not commit:
        parser.error("--write needs sources that are committed")
    rows: list[Row] = []
    try:
        for suite in map(suite_of, options.suites) if options.suites else SUITES:
            laid = laid_out(suite, options.python)
            for form in (SHIPPED, BROAD):
                if options.form in (None, form):
                    rows.append(_kept(laid, form, options.options, commit))
                    print(_row(rows[-1]), file=sys.stderr)
    except Unavailable as error:
        print(f"bench.suites: {error}", file=sys.stderr)
        return 1
    text = page(rows, version(options.python), commit)
    print(text, end="")
    if options.write:
        PAGE.write_text(text, "utf-8")
    return 1 if any(row.differing or row.outside for row in rows) else 0


def _kept(laid: Laid, form: str, options: Sequence[str], commit: str) -> Row:
    """What was measured with the same sources, or is now: a run that is broken off goes on where it was."""
    place = laid.folder.parent / f"{form.replace(' ', '-')}-{commit}.json"
    if commit and not options and place.exists():
        return json_of.decode(place.read_bytes(), type=Row)
    row = measured(laid, form, options)
    if commit and not options:
        place.write_bytes(json_of.encode(row))
    return row


def sources_commit() -> str:
    """The last commit that changed what narrows, by its short name; '' where something isn't committed."""
    where = ["--", "src", "codemods", "bench"]
    if run(["git", "status", "--porcelain", *where], HOME).strip():
        return ""
    return run(["git", "log", "-1", "--format=%h", *where], HOME).decode().strip()


def measured(laid: Laid, form: str, options: Sequence[str] = ()) -> Row:
    """The tests of a suite before and after narrowing, with options of narrow-except. Raises Unavailable."""
    laid.check_out("shipped")
    base = "shipped"
    if form == BROAD:
        _broaden(laid, next((o.partition("=")[2] for o in options if o.startswith("oracle=")), ""))
        base = "broad"
        laid.commit(base)
    recording = laid.folder.parent / "observed.json"
    recording.unlink(missing_ok=True)
    before = _outcomes(laid, "--output", str(recording))
    given = [part for option in options for part in ("-o", option)]
    plan = _plan(laid, *given, "-o", "observed=")
    recorded = _plan(laid, "--dry-run", *given, "-o", f"observed={recording}")
    after = before
    if plan["branch"]:
        laid.check_out(BRANCH)
        after = _outcomes(laid)
        if differing(before, after):  # once more: what differs by chance differs otherwise
            after = {**after, **_again(laid, base, before, after)}
    laid.check_out("shipped")
    changed = [f for f in plan["findings"] if f["status"] == "changed" and f["evidence"].get("exceptions")]
    own = recorded["findings"]
    return Row(
        laid.suite.name,
        form,
        len(own),
        sum(bool(f["evidence"].get("observed")) for f in own),
        len(changed),
        sum(end == "passed" for end in before.values()),
        sum(end == "passed" for end in after.values()),
        tuple(differing(before, after)),
        tuple(_said(f) for f in own if f["reason"] == "contradicted"),
        tuple(_said(f) for f in own if f["reason"] == "type-error-guard" and "a recorded run saw" in f["message"]),
    )  # fmt: skip


def _again(laid: Laid, base: str, before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """How the tests that differ end in both forms, when each runs once more: those that waver end as before."""
    laid.check_out(base)
    second = _outcomes(laid)
    laid.check_out(BRANCH)
    third = _outcomes(laid)
    wavering = [
        test
        for test in differing(before, after)
        if not before.get(test) == second.get(test) != third.get(test)
    ]
    return {test: before[test] for test in wavering if test in before}


def _broaden(laid: Laid, checker: str) -> None:
    """Make those narrow handlers of the package's code broad that would be narrowed then, with the help of a type checker."""
    paths = (path.relative_to(laid.folder).as_posix() for path in sorted(laid.folder.rglob("*.py")))
    files = {path: (laid.folder / path).read_bytes() for path in paths if not is_test(path)}
    proved: dict[str, list[int]] = {}
    for one in judged(laid.suite.name, files, oracle(checker) if checker else None).judged:
        path, _, line = one.place.rpartition(":")
        if one.is_proved:
            proved.setdefault(path, []).append(int(line))
    for path, lines in proved.items():
        (laid.folder / path).write_bytes(made_broad(files[path], lines)[1])


def _plan(laid: Laid, *options: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "refactorkit", "apply", "narrow-except", ".", "--output-format", "json"]
    command += ["--python", str(laid.python)]
    done = subprocess.run([*command, *options], cwd=laid.folder, capture_output=True, check=False)
    if done.returncode not in (0, 3):
        raise Unavailable(
            f"{laid.suite.name} can't be narrowed: {done.stderr.decode(errors='replace').strip()}"
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _outcomes(laid: Laid, *observe: str) -> dict[str, str]:
    """How each test ends; with options of `observe`, it is recorded. Raises Unavailable when the tests can't run."""
    report = laid.folder.parent / "report.xml"
    report.unlink(missing_ok=True)
    command = laid.pytest(f"--junitxml={report}")
    if observe:
        recorder = (sys.executable, "-m", "refactorkit", "observe", "--root", str(laid.folder))
        command = (*recorder, *observe, "--", *command)
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=laid.folder, env=environment, capture_output=True, timeout=LONGEST, check=False
        )
        tree = ET.parse(report)
    except (subprocess.TimeoutExpired, OSError, ET.ParseError) as error:
        raise Unavailable(f"the tests of {laid.suite.name} did not end ({error}): name another") from error
    found = outcomes(tree)
    if "passed" not in found.values():
        said = done.stdout.decode(errors="replace").strip().splitlines()[-1:]
        raise Unavailable(f"{laid.suite.name} has no tests that run ({' '.join(said)}): name another")
    return found


def outcomes(tree: ET.ElementTree[Any]) -> dict[str, str]:
    """How each test of a JUnit report ends: passed, failed, error or skipped."""
    found = {}
    for case in tree.iter("testcase"):
        bad = next((child.tag for child in case if child.tag in ("failure", "error", "skipped")), "passed")
        found[f"{case.get('classname')}::{case.get('name')}"] = "failed" if bad == "failure" else bad
    return found


def differing(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The tests that don't end alike, those that there are only once among them."""
    return sorted(test for test in before.keys() | after.keys() if before.get(test) != after.get(test))


def _said(finding: Mapping[str, Any]) -> str:
    return f"{finding['path']}:{finding['line']} {finding['message']}"


def _row(row: Row) -> str:
    cells = (
        row.suite, row.form, str(row.broad), str(row.entered), str(row.narrowed), str(row.before), str(row.after),
        str(len(row.differing)), str(len(row.outside)), str(len(row.programming)),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _noted(row: Row, one: str) -> str:
    note = NOTES.get(one)
    return f"- {row.suite}, {row.form}: {one}" + (f" ({note})" if note else "")


def page(rows: list[Row], python: str, commit: str = "") -> str:
    """The page, in Markdown; `commit` is that of the sources."""
    measured_with = f" Measured with the sources of commit {commit}." if commit else ""
    lines = [INTRODUCTION, f"| {' | '.join(HEAD)} |", f"|{' --- |' * len(HEAD)}", *map(_row, rows)]
    broad, entered, narrowed, before, after = (
        sum(getattr(row, name) for row in rows) for name in ("broad", "entered", "narrowed", "before", "after")
    )  # fmt: skip
    differ, outside, programming = (
        sum(len(getattr(row, name)) for row in rows) for name in ("differing", "outside", "programming")
    )
    everything = (broad, entered, narrowed, before, after, differ, outside, programming)
    lines += [
        f"| **everything** | | {' | '.join(map(str, everything))} |",
        "",
        f"Python {python}.{measured_with}",
    ]
    for title, name in (("Tests that differ", "differing"), ("Types outside", "outside"), ("Programming errors seen", "programming")):  # fmt: skip
        found = [_noted(row, one) for row in rows for one in getattr(row, name)]
        lines += ["", f"## {title}", "", *(found or ["None."])]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
