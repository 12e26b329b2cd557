"""Importing modules cold: real interpreters, and modules that do what modules shouldn't."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from refactorkit.cold_imports.probing import Probing
from refactorkit.cold_imports.verdict import Answer, Job, Limits
from refactorkit.workspace.scratch import write_files

PYTHONS = {
    version: next(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"), None)
    or shutil.which(f"python{version}")
    for version in ("3.8", "3.11", "3.12", "3.13")
}
HARMLESS = ("pkg.fine", "pkg.also", "pkg.third")
PACKAGE = {"pkg/__init__.py": "", **{f"{name.replace('.', '/')}.py": "VALUE = 1\n" for name in HARMLESS}}


def imported(
    folder: Path,
    files: dict[str, str],
    names: Sequence[str],
    fresh: bool = False,
    preload: Sequence[str] = (),
    forks: bool = True,
    python: Path = Path(sys.executable),
) -> dict[str, Answer]:
    """What becomes of importing these modules, beside three harmless ones of the same package."""
    tree, home = (folder / "tree").resolve(), folder / "home"
    for place in (tree, home):
        place.mkdir(exist_ok=True)
    write_files(tree, {path: text.encode() for path, text in {**PACKAGE, **files}.items()})
    limits = Limits(module=5.0, start=20.0, total=100.0)
    probing = Probing(python, folder / "checkout", home, 2, ["pkg"], lambda root: preload, limits)
    probing.forks = forks
    answers = probing.ask(tree, [Job(name, "", fresh, True) for name in (*HARMLESS, *names)])
    return {job.name: answer for job, answer in answers.items()}


def failure(answers: dict[str, Answer], name: str) -> str:
    """How a module fails, after a look that the harmless ones don't."""
    assert [answers[other].failure for other in HARMLESS] == [None] * 3
    found = answers[name].failure
    assert found is not None
    return str(found)


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("from pkg.fine import MISSING\n", "ImportError: cannot import name 'MISSING' from 'pkg.fine'"),
        ("import nowhere\n", "ModuleNotFoundError: No module named 'nowhere'"),
        ("import sys\nsys.exit(3)\n", "SystemExit: 3"),
        ("import os\nos._exit(3)\n", "Exit: the process ended itself with code 3"),
        ("import os, signal\nos.killpg(0, signal.SIGKILL)\n", "Killed: signal 9 ended the process"),
        ("import time\ntime.sleep(600)\n", "Timeout: not imported within 5 s"),
        ("raise KeyboardInterrupt\n", "KeyboardInterrupt"),
        ("def f(:\n", "SyntaxError: "),
        ("class E(Exception):\n    def __str__(self): raise ValueError\nraise E\n", "E: no message"),
    ],
)
def test_a_module_that_fails_says_how_and_the_others_are_imported(
    tmp_path: Path, text: str, said: str, fresh: bool
) -> None:
    answers = imported(tmp_path, {"pkg/odd.py": text}, ["pkg.odd"], fresh)
    assert failure(answers, "pkg.odd").startswith(said)


@pytest.mark.parametrize(
    "text",
    [
        "import sys\nfor _ in range(200): sys.stdout.write('x' * 100_000)\n",
        "import os\nfor _ in range(200): os.write(2, b'x' * 100_000)\n",
        "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()\n",
        "import atexit, time\natexit.register(time.sleep, 600)\n",
        "import os\nos.closerange(3, 100)\n",
        "import sys\nsys.stdout.close()\n",
    ],
)
def test_what_a_module_prints_or_starts_holds_nothing_up(tmp_path: Path, text: str) -> None:
    start = time.monotonic()
    answers = imported(tmp_path, {"pkg/odd.py": text}, ["pkg.odd"])
    assert answers["pkg.odd"].failure is None
    assert all(answers[name].failure is None for name in HARMLESS)
    assert time.monotonic() - start < 30


@pytest.mark.parametrize("session", ["False", "True"])
def test_processes_that_a_module_leaves_running_are_ended(tmp_path: Path, session: str) -> None:
    place = tmp_path / "left"
    text = (
        "import subprocess, sys\n"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'],"
        f" start_new_session={session})\n"
        f"open({str(place)!r}, 'w').write(str(p.pid))\n"
    )
    answers = imported(tmp_path, {"pkg/odd.py": text}, ["pkg.odd"])
    assert answers["pkg.odd"].failure is None
    assert not _is_running(int(place.read_text()))


def _is_running(number: int) -> bool:
    for _ in range(100):
        state = subprocess.run(
            ["ps", "-o", "stat=", "-p", str(number)], capture_output=True, check=False
        ).stdout
        if not state.strip() or state.startswith(b"Z"):
            return False
        time.sleep(0.05)
    return True


def test_a_module_that_ends_the_probe_is_the_only_one_lost(tmp_path: Path) -> None:
    text = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nimport time\ntime.sleep(3)\n"
    answers = imported(tmp_path, {"pkg/odd.py": text}, ["pkg.odd"])
    assert failure(answers, "pkg.odd").startswith("Lost: ")


def test_each_module_is_imported_from_a_cold_start_of_the_root_package(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": "loaded = []\nimport pkg.first\n",
        "pkg/first.py": "",
        "pkg/a.py": "import pkg.b\n",
        "pkg/b.py": "",
    }
    answers = imported(tmp_path, files, ["pkg.a", "pkg.b"], preload=["colorsys"])
    assert {"pkg", "pkg.first", "pkg.a", "pkg.b", "colorsys"} <= answers["pkg.a"].loaded
    assert "pkg.a" not in answers["pkg.b"].loaded
    assert "pkg.fine" not in answers["pkg.a"].loaded


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("raise ValueError\n", False),
        ("import os\nos._exit(1)\n", False),
        ("import pkg.fine\n", False),  # a plugin that imports the project
    ],
)
def test_what_is_loaded_once_may_fail_end_the_process_or_import_the_project(
    tmp_path: Path, text: str, held: bool
) -> None:
    files = {"outside.py": text, "pkg/odd.py": "import colorsys\n"}
    answers = imported(tmp_path, files, ["pkg.odd"], preload=["outside", "nowhere", "colorsys"])
    assert all(answer.failure is None for answer in answers.values())
    assert ("pkg.fine" in answers["pkg.odd"].loaded) is held


@pytest.mark.parametrize(
    "text", ["import nowhere\n", "import os\nos._exit(2)\n", "import sys\nsys.exit(2)\n"]
)
def test_a_root_package_that_fails_fails_all_its_modules(tmp_path: Path, text: str) -> None:
    answers = imported(tmp_path, {"pkg/__init__.py": text}, [])
    assert all(answer.failure is not None for answer in answers.values())
    assert len(answers) == len(HARMLESS)


def test_where_there_is_no_fork_each_module_gets_a_fresh_process(tmp_path: Path) -> None:
    files = {"pkg/odd.py": "import time\ntime.sleep(600)\n", "pkg/good.py": "import pkg.fine\n"}
    answers = imported(tmp_path, files, ["pkg.odd", "pkg.good"], forks=False)
    assert failure(answers, "pkg.odd") == "Timeout: not imported within 5 s"
    assert "pkg.fine" in answers["pkg.good"].loaded


def test_another_copy_of_the_project_is_no_proof(tmp_path: Path) -> None:
    files = {"colorsys.py": "", "json.py": ""}  # the probe has loaded json from the standard library
    answers = imported(tmp_path, files, ["colorsys", "json"])
    assert answers["colorsys"].failure is None
    assert failure(answers, "json").startswith("Elsewhere: it is imported from ")


def test_messages_say_nothing_of_the_scratch_folder_or_of_addresses(tmp_path: Path) -> None:
    files = {"pkg/odd.py": "raise ValueError(f'{object()} in {__file__}')\n"}
    found = imported(tmp_path, files, ["pkg.odd"])["pkg.odd"].failure
    assert found is not None
    assert found.message == "<object object at 0x> in pkg/odd.py"
    assert found.trace == ("pkg/odd.py:1: raise ValueError(f'{object()} in {__file__}')",)


def test_the_target_sees_neither_secrets_nor_the_users_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_TOKEN", "secret")
    files = {"pkg/odd.py": "import os\nraise ValueError(sorted({'API_TOKEN', 'PATH'} & set(os.environ)))\n"}
    assert failure(imported(tmp_path, files, ["pkg.odd"]), "pkg.odd") == "ValueError: ['PATH']"


@pytest.mark.parametrize("version", PYTHONS)
def test_other_versions_of_python_run_the_probe(tmp_path: Path, version: str) -> None:
    python = PYTHONS[version]
    if python is None:
        pytest.skip(f"there is no Python {version}")
    files = {"pkg/odd.py": "import sys\nraise ValueError('%d.%d' % sys.version_info[:2])\n"}
    answers = imported(tmp_path, files, ["pkg.odd"], python=Path(python))
    assert failure(answers, "pkg.odd") == f"ValueError: {version}"


def test_memory_is_bounded(tmp_path: Path) -> None:
    if not hasattr(os, "fork"):
        pytest.skip("only where RLIMIT_AS is")
    files = {"pkg/odd.py": "x = bytearray(64 << 30)\n"}
    assert failure(imported(tmp_path, files, ["pkg.odd"]), "pkg.odd").startswith("MemoryError")
