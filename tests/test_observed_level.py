"""From a recording of `refactorkit observe` to a branch of narrow-except: a small shop with tests of its own, all of it real."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import site
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from interpreters import VERSIONS, interpreter
from observed_shop import PROJECT, STOCK, TEST_GONE
from refactorkit.observation.recording import DEFAULT_PATH
from repositories import CommandLine, Repository

LEVEL, PRICE, LABEL = ("shop/stock.py", 10), ("shop/stock.py", 18), ("shop/labels.py", 10)
OBSERVED = ("--level", "observed")
NARROWED = "except (FileNotFoundError, KeyError, ValueError):"
BRANCH = "refactorkit/narrow-except"
PYTHONS = {version: interpreter(version) for version in VERSIONS}
"""Looked up before a test moves the home folder, below which some of them lie."""
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")


@pytest.fixture
def shop(repository: Repository) -> Repository:
    """The shop, committed."""
    repository.commit(PROJECT)
    return repository


def python(version: str) -> str:
    """The interpreter of a version, or the test is left out."""
    found = PYTHONS[version]
    if found is None:
        pytest.skip(f"there is no Python {version} here")
    return str(found)


def run(shop: Repository, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command in the shop."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **variables}
    return subprocess.run(
        command, cwd=shop.path, env=environment, capture_output=True, text=True, check=False
    )


def observe(shop: Repository, *command: str, **variables: str) -> str:
    """Record a command that succeeds; what refactorkit said at its end."""
    done = run(shop, sys.executable, "-m", "refactorkit", "observe", "--", *command, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr.strip().splitlines()[-1]


def observe_tests(shop: Repository, *tests: str) -> str:
    """Record test modules of the shop, all by default."""
    return observe(shop, sys.executable, "-m", "unittest", *(tests or ("discover",)))


def findings(plan: dict[str, Any]) -> dict[tuple[str, int], dict[str, Any]]:
    """The ledger by place."""
    return {(f["path"], f["line"]): f for f in plan["findings"]}


def digest(shop: Repository) -> str:
    """What `sha256sum` says of the recording."""
    return hashlib.sha256((shop.path / DEFAULT_PATH).read_bytes()).hexdigest()


def trailer(shop: Repository, key: str) -> str:
    """A trailer of the branch's commit."""
    return shop.git("show", "-s", f"--format=%(trailers:key=Refactorkit-{key},valueonly)", BRANCH).strip()


def applied(refactorkit: CommandLine, *more: str) -> dict[str, Any]:
    """The plan of narrow-except at level observed."""
    return refactorkit.json("narrow-except", ".", *OBSERVED, *more)


def stated(plan: dict[str, Any]) -> tuple[bool | None, str]:
    """What the report says of the recording."""
    (gate,) = [gate for gate in plan["verification"] if gate["gate"] == "recording"]
    return gate["ok"], gate["detail"]


@pytest.mark.parametrize("version", VERSIONS)
def test_what_tests_saw_under_each_python_is_written_with_what_is_known(
    shop: Repository, refactorkit: CommandLine, version: str
) -> None:
    modules = os.pathsep.join(site.getsitepackages())  # pytest itself, for each of them
    said = observe(shop, python(version), *PYTEST, PYTHONPATH=modules, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert said.endswith(
        "10 exceptions at 2 of 3 broad handlers, 1 likely to be a boundary: .refactorkit/observed.json"
    )
    shown = applied(refactorkit, "--dry-run")
    assert shop.git("branch", "--list", BRANCH) == ""
    made = applied(refactorkit)
    assert shown["changes"] == made["changes"]
    assert shown["findings"] == made["findings"]

    ledger = findings(made)
    assert {place: (f["status"], f["level"], f["reason"]) for place, f in ledger.items()} == {
        LEVEL: ("changed", "observed", None),
        PRICE: ("suggested", "suggested", "virtual-call"),
        LABEL: ("refused", "boundary", "all-kinds-observed"),
    }
    assert ledger[LEVEL]["evidence"] == {
        "exceptions": ["FileNotFoundError", "KeyError", "ValueError"],
        "witness": ["ValueError: int() at shop/stock.py:9"],
        "unknown": ["virtual-call: Feed.read() at shop/stock.py:9"],
        "observed": ["FileNotFoundError: 1", "KeyError: 1", "ValueError: 1"],
    }
    assert stated(made) == (True, "holds for 2 of 2 recorded files")
    before = STOCK.replace("except Exception:  # noqa: BLE001", NARROWED)
    assert shop.show(f"{BRANCH}:shop/stock.py").decode() == before


def test_the_tests_pass_on_the_branch_as_they_did_before(
    shop: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    observe_tests(shop)
    applied(refactorkit)
    shop.git("worktree", "add", "-q", str(tmp_path / "branch"), BRANCH)
    done = run(Repository(tmp_path / "branch"), sys.executable, "-m", "unittest", "discover")
    assert "Ran 5 tests" in done.stderr
    assert done.stderr.endswith("\nOK\n")


def test_what_only_tests_define_is_not_written_and_the_tests_have_a_say(
    shop: Repository, refactorkit: CommandLine
) -> None:
    shop.commit({"tests/test_gone.py": TEST_GONE})
    observe_tests(shop)
    found = findings(applied(refactorkit, "--dry-run"))[LEVEL]
    assert found["evidence"]["exceptions"] == ["FileNotFoundError", "KeyError", "ValueError"]
    assert found["evidence"]["observed"][-1] == "types that tests define: 1"
    tests = f"{shlex.quote(sys.executable)} -m unittest discover"
    done = refactorkit("apply", "narrow-except", ".", *OBSERVED, "--verify", tests)
    assert done.code == 4
    assert "FAILED (errors=1)" in done.complaint
    assert shop.git("branch", "--list", BRANCH) == ""


def test_what_workers_of_xdist_saw_counts(shop: Repository, refactorkit: CommandLine) -> None:
    observe(shop, sys.executable, *PYTEST, "-n", "2")
    ledger = findings(applied(refactorkit, "--dry-run"))
    assert ledger[LEVEL]["evidence"]["exceptions"] == ["FileNotFoundError", "KeyError", "ValueError"]
    assert ledger[LABEL]["reason"] == "all-kinds-observed"


def test_runs_are_added_up(shop: Repository, refactorkit: CommandLine) -> None:
    observe_tests(shop, "tests.test_stock.StockTest")
    one = applied(refactorkit, "--dry-run")
    assert findings(one)[LEVEL]["evidence"]["exceptions"] == ["KeyError", "ValueError"]
    observe_tests(shop, "tests.test_stock.FolderTest")
    both = findings(applied(refactorkit, "--dry-run"))[LEVEL]["evidence"]
    assert both["exceptions"] == ["FileNotFoundError", "KeyError", "ValueError"]
    assert both["observed"] == ["FileNotFoundError: 1", "KeyError: 1", "ValueError: 1"]
    observe_tests(shop, "tests.test_labels")  # the many types of the other file say nothing about this one
    assert findings(applied(refactorkit, "--dry-run"))[LEVEL]["status"] == "changed"


def test_without_the_level_it_is_only_suggested(shop: Repository, refactorkit: CommandLine) -> None:
    observe_tests(shop)
    made = refactorkit.json("narrow-except", ".")
    assert made["changes"] == []
    assert made["branch"] is None
    found = findings(made)[LEVEL]
    assert (found["status"], found["level"], found["reason"]) == ("suggested", "observed", "virtual-call")


def test_the_commit_says_which_recording_it_rests_on(shop: Repository, refactorkit: CommandLine) -> None:
    observe_tests(shop)
    first = applied(refactorkit)
    said = json.loads(trailer(shop, "Options"))
    assert said["recording"] == digest(shop)
    assert said["observed"] == DEFAULT_PATH
    assert first["options"]["recording"] == digest(shop)
    fingerprint = trailer(shop, "Fingerprint")
    assert applied(refactorkit)["commit"] == first["commit"]

    observe_tests(shop, "tests.test_stock.StockTest")  # the same types, more often: another recording
    again = applied(refactorkit)
    assert again["changes"] == first["changes"]
    assert again["commit"] != first["commit"]
    assert json.loads(trailer(shop, "Options"))["recording"] == digest(shop) != said["recording"]
    assert trailer(shop, "Fingerprint") != fingerprint
    assert findings(again)[LEVEL]["evidence"]["observed"] == ["FileNotFoundError: 1", "KeyError: 2", "ValueError: 2"]  # fmt: skip


def test_without_a_recording_the_commit_names_none(shop: Repository, refactorkit: CommandLine) -> None:
    shop.commit({"shop/parse.py": "def parse(text: str) -> int:\n    try:\n        return int(text)\n    except Exception:\n        return 0\n"})  # fmt: skip
    observe_tests(shop)
    with_it = applied(refactorkit)
    assert "recording" in json.loads(trailer(shop, "Options"))
    (shop.path / DEFAULT_PATH).unlink()
    without = applied(refactorkit)
    assert [c["path"] for c in with_it["changes"]] == ["shop/parse.py", "shop/stock.py"]
    assert [c["path"] for c in without["changes"]] == ["shop/parse.py"]
    assert "recording" not in json.loads(trailer(shop, "Options"))
    assert [gate["gate"] for gate in without["verification"]].count("recording") == 0


def test_a_recording_of_other_bytes_does_not_count_and_that_is_said(
    shop: Repository, refactorkit: CommandLine
) -> None:
    observe_tests(shop)
    shop.commit({"shop/stock.py": STOCK.replace("Stock levels.", "How much there is.")})
    made = applied(refactorkit)
    found = findings(made)[LEVEL]
    assert (found["status"], found["level"], found["reason"]) == ("suggested", "suggested", "virtual-call")
    assert found["evidence"]["exceptions"] == ["ValueError"]
    assert "observed" not in found["evidence"]
    assert found["evidence"]["recording"].startswith("of another version of this file")
    said = "holds for 1 of 2 recorded files; since then shop/stock.py changed or went: run `refactorkit observe` again"
    assert stated(made) == (None, said)
    assert findings(made)[LABEL]["reason"] == "all-kinds-observed"
    explained = refactorkit("explain-handler", "shop/stock.py:10").out
    assert "of another version of this file: run `refactorkit observe` again" in explained

    observe_tests(shop)
    assert findings(applied(refactorkit))[LEVEL]["status"] == "changed"
    assert "Arrived while runs were recorded" in refactorkit("explain-handler", "shop/stock.py:10").out


def test_what_is_read_is_the_base_and_not_the_disk(shop: Repository, refactorkit: CommandLine) -> None:
    shop.write({"shop/stock.py": STOCK.replace("Stock levels.", "Not committed.")})
    observe_tests(shop)
    assert stated(applied(refactorkit))[0] is None
    in_place = applied(refactorkit, "--in-place")
    assert stated(in_place) == (True, "holds for 2 of 2 recorded files")
    assert NARROWED in (shop.path / "shop/stock.py").read_text()


def test_what_is_no_recording_is_said_before_anything_is_written(
    shop: Repository, refactorkit: CommandLine
) -> None:
    shop.write({".refactorkit/observed.json": "[]"})
    done = refactorkit("apply", "narrow-except", ".")
    assert done.code == 2
    assert "observed.json is no recording" in done.complaint
    assert shop.git("branch", "--list", BRANCH) == ""
