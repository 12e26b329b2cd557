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


@pytest.mark.parametrize("version", ["3.12", "3.13"])
def test_a_program_whose_stack_is_full_goes_on(version: str, tmp_path: Path) -> None:
    deep = """\
def read(depth):
    try:
        return [x for x in (read(depth + 1) for _ in [0])]
    except (ValueError, KeyError):
        raise OSError
    except Exception:
        raise
def last(depth):
    try:
        return last(depth + 1)
    except Exception:
        return depth
try:
    read(0)
except Exception:
    print(last(0) > 100)
"""
    found = numbered(recorded(deep, tmp_path / "deep.py", version), deep)
    assert {(number, name) for number, name in found} >= {(0, "RecursionError"), (2, "RecursionError")}


@pytest.mark.parametrize("version", VERSIONS)
def test_the_end_of_an_iteration_is_no_exception(version: str, tmp_path: Path) -> None:
    loops = """\
class Once:
    done = False
    def __iter__(self): return self
    def __next__(self):
        if self.done: raise StopIteration
        self.done = True
def delegating(): yield from Once()
def results(): return (yield)
def outer(): return (yield from results())
try:
    for _ in Once(): pass
    for _ in delegating(): pass
    for _ in iter(Once().__next__, 3): pass
    [*Once()], [n for n in Once()]
    one, = Once()
    generator = outer()
    next(generator)
    generator.send(1)
except Exception:
    pass
"""
    assert numbered(recorded(loops, tmp_path / "loops.py", version), loops) == {(0, "StopIteration"): 1}
