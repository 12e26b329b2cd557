"""The benchmarks that run real suites: on a small package with tests of its own, without the index."""

from __future__ import annotations

import os
import site
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import structs

from bench import replay, suites
from bench.packages import Unavailable
from bench.sdists import CLICK, Laid, Suite, suite_of
from interpreters import VERSIONS, interpreter
from repositories import Repository

PARSE = '''\
"""Numbers in texts."""


def parse(text: str) -> int:
    """The number."""
    return int(text)


def number(text: str) -> int:
    """The number, 0 where there is none."""
    try:
        return parse(text)
    except ValueError:
        return 0


def silent(text: str) -> int:
    """The number, 1 where there is none."""
    try:
        return int(text)
    except Exception:
        return 1
'''
OTHER = """\
def parse(text: str) -> int:
    return {"one": 1}[text]
"""
TESTS = """\
from shop.numbers import number, silent


def test_a_number():
    assert number("3") == silent("3") == 3


def test_no_number():
    assert (number("x"), silent("x")) == (0, 1)
"""
REPLACED = """\
import pytest

import shop.numbers
from shop.other import parse
from shop.numbers import number


def test_another_function_in_its_place(monkeypatch):
    monkeypatch.setattr(shop.numbers, "parse", parse)
    with pytest.raises(KeyError):
        number("two")
"""

PYTHONS = {version: interpreter(version) for version in VERSIONS}


@pytest.fixture
def laid(tmp_path: Path) -> Laid:
    """A package that is laid out as one from the index would be."""
    made = Repository.new(tmp_path / "shop-1.0")
    made.git("checkout", "-q", "-b", "shipped")
    made.commit(
        {
            "shop/__init__.py": "",
            "shop/numbers.py": PARSE,
            "shop/other.py": OTHER,
            "tests/test_numbers.py": TESTS,
            "conftest.py": "",
        }
    )
    return Laid(Suite(package="shop", version="1.0"), made.path.resolve(), Path(sys.executable))


def test_what_is_narrowed_passes_its_tests_again(laid: Laid) -> None:
    row = suites.measured(laid, suites.SHIPPED)
    assert (row.broad, row.entered, row.narrowed, row.before, row.after) == (1, 1, 1, 2, 2)
    assert (row.differing, row.outside, row.programming) == ((), (), ())
    shown = ["git", "show", f"{suites.BRANCH}:shop/numbers.py"]
    narrowed = subprocess.run(shown, cwd=laid.folder, capture_output=True, text=True, check=True).stdout
    assert narrowed == PARSE.replace("except Exception", "except ValueError")


def test_what_a_human_narrowed_is_made_broad_and_narrowed_again(laid: Laid) -> None:
    row = suites.measured(laid, suites.BROAD)
    assert (row.broad, row.entered, row.narrowed, row.before, row.after) == (2, 2, 2, 2, 2)
    assert (laid.folder / "shop" / "numbers.py").read_text() == PARSE
    assert "| shop==1.0 | made broad | 2 | 2 | 2 | 2 | 2 | 0 | 0 | 0 |" in suites.page([row], "3.12")


def test_a_type_that_no_proof_has_is_found(laid: Laid, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = PYTHONS["3.12"] or PYTHONS["3.13"]
    if newer is None:
        pytest.skip("there is no Python here that tells what a narrow clause lets pass")
    laid = structs.replace(laid, python=newer)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(laid.folder), *site.getsitepackages()]))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    files = {path: (laid.folder / path).read_bytes() for path in ("shop/numbers.py", "shop/other.py")}
    subject = replay.Subject("shop==1.0", laid.folder, files, laid.pytest())
    good = replay.replayed(subject)
    assert (good.exceptions, good.tries, good.proved, good.exercised, good.outside) == (1, 1, 1, 1, ())
    (laid.folder / "tests" / "test_replaced.py").write_text(REPLACED)
    bad = replay.replayed(subject)
    assert [str(one) for one in bad.outside] == ["shop/numbers.py:11: KeyError (1) is not in ValueError"]
    assert "- shop==1.0, shop/numbers.py:11: KeyError (1) is not in ValueError" in replay.page([bad], "3.12")


def test_a_suite_without_a_test_that_passes_is_none(laid: Laid) -> None:
    (laid.folder / "conftest.py").write_text("import there_is_no_such_module\n")
    laid.commit("shipped")
    with pytest.raises(Unavailable, match="shop"):
        suites.measured(laid, suites.SHIPPED)


def test_tests_that_end_in_another_way_are_named() -> None:
    before = {"a": "passed", "b": "failed", "c": "passed"}
    assert suites.differing(before, {"a": "failed", "b": "failed", "d": "passed"}) == ["a", "c", "d"]


def test_a_suite_is_known_by_its_release() -> None:
    assert suite_of("click==8.5.1") == CLICK
    assert suite_of("other==1") == Suite(package="other", version="1")
    with pytest.raises(Unavailable, match="no release"):
        suite_of("other")
