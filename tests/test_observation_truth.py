"""What the recorder says against code that is written into each handler, on every Python that is here."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ground_truth import LOGGER, broad_handlers, entered, instrumented
from interpreters import VERSIONS, interpreter
from observed_program import PROGRAM
from refactorkit.observation.collecting import Collected
from refactorkit.observation.planning import planned
from refactorkit.observation.watching import watch


def python(version: str) -> Path:
    """The interpreter of a version, or the test is left out."""
    found = interpreter(version)
    if found is None:
        pytest.skip(f"there is no Python {version} here")
    return found


def recorded(source: str, script: Path, version: str, *arguments: str) -> Collected:
    """What is recorded when a script with this source runs."""
    script.write_text(source)
    plan = planned({str(script): source.encode()})
    watched = watch([str(python(version)), *arguments, str(script)], plan.files)
    assert watched.exit_code == 0
    assert watched.collected.notes == {}
    assert sum(watched.collected.versions.values()) > 0
    return watched.collected


def numbered(collected: Collected, source: str) -> Counter[tuple[int, str]]:
    """How often each type arrived at each handler, by its number in the source."""
    numbers = {handler.lineno: number for number, handler in enumerate(broad_handlers(source))}
    found: Counter[tuple[int, str]] = Counter()
    for place, count in collected.arrivals.items():
        found[numbers[place.line], place.type] += count
    return found


def written_in(source: str, folder: Path) -> str:
    """The source with its own log, which is left in `folder`."""
    (folder / "ground_truth_logger.py").write_text(LOGGER)
    return instrumented(source, folder / "log")


@pytest.mark.parametrize("version", VERSIONS)
def test_the_recording_is_what_the_handlers_themselves_say(version: str, tmp_path: Path) -> None:
    program = (
        PROGRAM.replace("    deep(3)\n", "") if version == "3.11" else PROGRAM
    )  # it ends a trace function
    both = recorded(written_in(program, tmp_path), tmp_path / "written_in.py", version)
    truth = entered(tmp_path / "log")
    assert len(truth) > 70
    assert numbered(both, (tmp_path / "written_in.py").read_text()) == truth
    plain = recorded(program, tmp_path / "plain.py", version)
    assert numbered(plain, program) == truth


def test_before_python_312_a_recursion_error_may_end_the_recording_and_is_named(tmp_path: Path) -> None:
    deep = "def f(): f()\ntry: f()\nexcept Exception: pass\n"
    script = tmp_path / "deep.py"
    script.write_text(deep)
    watched = watch([str(python("3.11")), str(script)], planned({str(script): deep.encode()}).files)
    assert watched.exit_code == 0
    assert ["RecursionError" in note for note in watched.collected.notes] == [True]
