"""`refactorkit observe` as a person runs it: what it leaves alone, and what the recording holds afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from interpreters import VERSIONS, interpreter
from refactorkit.observation.recording import DEFAULT_PATH, Observations, Observed, load

OBSERVE = [sys.executable, "-m", "refactorkit", "observe"]
APP = """\
def run(call):
    try:
        return call()
    except Exception:
        return None
"""


def observe(
    folder: Path, *command: str, options: tuple[str, ...] = (), **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a command below refactorkit in a folder."""
    words = [*OBSERVE, *options, "--", *command]
    return subprocess.run(
        words, cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )


def project(folder: Path, **files: str) -> Path:
    """A folder with `app.py`, whose broad handler stands on line 4, and these modules."""
    for name, text in {"app": APP, **files}.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def seen(folder: Path, name: str = "app.py", line: int = 4) -> Observed | None:
    """What the recording says about a handler."""
    return load(folder / DEFAULT_PATH).at((folder / name).read_bytes(), line)


def types(folder: Path, name: str = "app.py", line: int = 4) -> dict[str, int]:
    """How often each type arrived."""
    found = seen(folder, name, line)
    return {one.type: one.count for one in found.types} if found else {}


def python(version: str) -> str:
    """The interpreter of a version, or the test is left out."""
    found = interpreter(version)
    if found is None:
        pytest.skip(f"there is no Python {version} here")
    return str(found)


@pytest.mark.parametrize("code", [0, 3])
def test_output_and_exit_code_are_those_of_the_command(tmp_path: Path, code: int) -> None:
    script = "import sys, app\nprint(app.run(lambda: 1 / 0))\nprint('e', file=sys.stderr)\nsys.exit(int(sys.argv[1]))\n"
    folder = project(tmp_path, main=script)
    done = observe(folder, sys.executable, "main.py", str(code))
    assert (done.returncode, done.stdout) == (code, "None\n")
    assert done.stderr.splitlines() == [
        "e",
        "refactorkit: 1 exception at 1 of 1 broad handler: .refactorkit/observed.json",
    ]
    assert types(folder) == {"ZeroDivisionError": 1}


def test_runs_add_up_and_a_changed_file_starts_anew(tmp_path: Path) -> None:
    folder = project(
        tmp_path, main="import app, sys\napp.run(lambda: {}[1])\nif sys.argv[1:]: app.run(lambda: [][1])\n"
    )
    observe(folder, sys.executable, "main.py")
    observe(folder, sys.executable, "main.py", "more")
    assert types(folder) == {"IndexError": 1, "KeyError": 2}
    (folder / "app.py").write_text(APP + "\n")
    assert types(folder) == {}
    observe(folder, sys.executable, "main.py")
    assert types(folder) == {"KeyError": 1}
    assert len(load(folder / DEFAULT_PATH).sources) == 1


def test_git_does_not_see_the_recording(tmp_path: Path) -> None:
    folder = project(tmp_path, main="import app\napp.run(lambda: 1 / 0)\n")
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    below = folder / "below"
    below.mkdir()
    done = observe(below, sys.executable, "../main.py")
    assert done.returncode == 0, done.stderr
    assert types(folder) == {"ZeroDivisionError": 1}
    status = ["git", "status", "--porcelain", "--untracked-files=all"]
    shown = subprocess.run(status, cwd=folder, capture_output=True, text=True, check=True).stdout
    assert sorted(line for line in shown.splitlines() if "pycache" not in line) == ["?? app.py", "?? main.py"]


def test_output_goes_where_it_is_asked_to(tmp_path: Path) -> None:
    folder = project(tmp_path, main="import app\napp.run(lambda: 1 / 0)\n")
    observe(folder, sys.executable, "main.py", options=("--output", "out/r.json"))
    assert not (folder / ".refactorkit").exists()
    assert sorted(os.listdir(folder / "out")) == ["r.json"]
    found = load(folder / "out/r.json").at(APP.encode(), 4)
    assert found is not None
    assert found.entered == 1


@pytest.mark.parametrize("version", VERSIONS)
def test_what_tests_define_and_what_they_throw_in(tmp_path: Path, version: str) -> None:
    test = """\
import unittest.mock, app, lib

class Mine(Exception):
    pass

def fail(error):
    raise error

app.run(lambda: fail(Mine()))
app.run(lambda: fail(OSError()))
app.run(lambda: fail(lib.LibError()))
app.run(unittest.mock.Mock(side_effect=LookupError))
app.run(lambda: int("x"))
app.run(lib.fail)
"""
    lib = "class LibError(OSError): pass\ndef fail(): raise LibError\n"
    folder = project(tmp_path, tests__test_app=test, lib=lib)
    done = observe(folder, python(version), "tests/test_app.py", PYTHONPATH=str(folder))
    assert done.returncode == 0, done.stderr
    found = seen(folder)
    assert found is not None
    assert (found.entered, found.left_out, found.unsure) == (6, 1, 0)
    assert [(one.type, one.count, one.injected) for one in found.types] == [
        ("LookupError", 1, 1), ("OSError", 1, 1), ("ValueError", 1, 1), ("lib.LibError", 2, 1),
    ]  # fmt: skip
    assert found.types[3].bases == ("OSError", "Exception", "BaseException")


def test_what_counts_as_a_test_is_an_option(tmp_path: Path) -> None:
    folder = project(
        tmp_path, checks__one="import app\nclass Mine(Exception): pass\ndef f(): raise Mine\napp.run(f)\n"
    )
    observe(folder, sys.executable, "-m", "checks.one")
    assert types(folder) == {"__main__.Mine": 1}
    observe(folder, sys.executable, "-c", "import checks.one", options=("--tests", "checks/"))
    found = seen(folder)
    assert found is not None
    assert (found.entered, found.left_out) == (2, 1)


def test_a_handler_that_saw_anything_is_a_likely_boundary(tmp_path: Path) -> None:
    calls = ("1 / 0", "{}[1]", "int('x')", "None.x", "None()", "open('/nothing')", "x")
    folder = project(tmp_path, main="import app\n" + "".join(f"app.run(lambda: {call})\n" for call in calls))
    done = observe(folder, sys.executable, "main.py")
    found = seen(folder)
    assert found is not None
    assert found.is_likely_boundary
    assert "7 exceptions at 1 of 1 broad handler, 1 likely to be a boundary: " in done.stderr


@pytest.mark.parametrize("version", VERSIONS)
def test_every_process_that_the_command_starts_is_recorded(tmp_path: Path, version: str) -> None:
    main = """\
import app, multiprocessing, os, subprocess, sys, threading

def work(number):
    return app.run(lambda: {}[number])

def vanish(error):
    app.run(lambda: exec("raise " + error))
    os._exit(0)

if __name__ == "__main__":
    subprocess.run([sys.executable, "-c", "import app; app.run(lambda: 1 / 0)"], check=True)
    for method in ("fork", "spawn"):
        context = multiprocessing.get_context(method)
        with context.Pool(2) as pool:
            pool.map(work, range(4))
    app.run(lambda: int("x"))
    child = os.fork()
    if not child:
        vanish("ValueError")
    os.waitpid(child, 0)
    child = os.fork()
    if not child:
        vanish("EOFError")
    os.waitpid(child, 0)
    killed = subprocess.run([sys.executable, "-c", "import app, os; app.run(lambda: open('/no')); os.kill(os.getpid(), 9)"])
    thread = threading.Thread(target=app.run, args=(lambda: None.x,))
    thread.start()
    thread.join()
"""
    folder = project(tmp_path, main=main)
    done = observe(folder, python(version), "main.py")
    assert done.returncode == 0, done.stderr
    counts = types(folder)
    assert counts.pop("KeyError") >= 1  # the processes of a pool end by os._exit, so their counts are lost
    assert counts == {
        "AttributeError": 1, "EOFError": 1, "FileNotFoundError": 1, "ValueError": 2, "ZeroDivisionError": 1,
    }  # fmt: skip


def test_xdist_workers_are_recorded(tmp_path: Path) -> None:
    tests = "import app\ndef test_{0}():\n    for _ in range(5): assert app.run(lambda: {{}}[1]) is None\n"
    folder = project(tmp_path, **{f"test_{n}": tests.format(n) for n in range(4)})
    done = observe(folder, sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider")
    assert "4 passed" in done.stdout, done.stdout + done.stderr
    assert types(folder) == {"KeyError": 20}


def test_a_sitecustomize_that_was_there_still_runs_and_finds_itself(tmp_path: Path) -> None:
    main = "import app, sitecustomize, sys\nprint(sitecustomize.GREETING, [p for p in sys.path if 'observe-' in p])\nprint(*[m for m in sys.modules if 'refactorkit' in m])\napp.run(lambda: 1 / 0)\n"
    folder = project(tmp_path, main=main, own__sitecustomize="GREETING = 'hello'\n")
    done = observe(folder, sys.executable, "main.py", PYTHONPATH=str(folder / "own"))
    assert done.stdout == "hello []\n\n", done.stderr
    assert types(folder) == {"ZeroDivisionError": 1}


def test_without_another_sitecustomize_there_is_still_one_module(tmp_path: Path) -> None:
    folder = project(tmp_path, main="import sitecustomize, app\nprint(app.run(lambda: 1 / 0))\n")
    done = observe(folder, sys.executable, "-S", "-c", "print(1)")
    assert done.stdout == "1\n"
    assert "nothing was recorded: no CPython 3.11 or later" in done.stderr


def test_a_copy_of_the_code_elsewhere_is_pointed_out(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "app.py").write_text(APP)
    done = observe(folder, sys.executable, "-c", "import app; app.run(lambda: 1 / 0)", PYTHONSAFEPATH="1", PYTHONPATH=str(tmp_path / "other"))  # fmt: skip
    assert "install it as editable" in done.stderr
    assert types(folder) == {}


def test_a_file_that_changes_meanwhile_is_left_out(tmp_path: Path) -> None:
    folder = project(tmp_path, main="import app\napp.run(lambda: 1 / 0)\nopen('app.py', 'a').write('#')\n")
    done = observe(folder, sys.executable, "main.py")
    assert "app.py changed while the command ran" in done.stderr
    assert load(folder / DEFAULT_PATH).sources == {}


def test_a_clause_that_can_not_be_told_is_marked(tmp_path: Path) -> None:
    main = "def wanted(): return KeyError\ntry: {}[1]\nexcept KeyError: pass\ntry: [][1]\nexcept wanted(): pass\nexcept Exception: pass\n"
    folder = project(tmp_path, main=main)
    observe(folder, python("3.12"), "main.py")
    found = seen(folder, "main.py", 6)
    assert found is not None
    assert (found.entered, found.unsure, [one.type for one in found.types]) == (1, 1, ["IndexError"])


@pytest.mark.parametrize("version", VERSIONS)
def test_a_program_that_takes_everything_away_is_recorded_and_runs_on(tmp_path: Path, version: str) -> None:
    main = """\
import app, builtins, gc, os, posixpath, resource, sys

def no(*args, **kwargs):
    raise AssertionError("replaced")

resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
os.open = os.write = os.close = os.getpid = os.urandom = builtins.open = builtins.print = no
os.environ.clear()
sys.modules.pop("threading", None)
os.mkdir("gone")
os.chdir("gone")
os.rmdir("../gone")
app.run(lambda: 1 / 0)
exec(compile("try: {}[1]\\nexcept Exception: pass", "app.py", "exec"))
app.run(lambda: [][1])
sys.stdout.write("done")
"""
    folder = project(tmp_path, main=main)
    done = observe(folder, python(version), "main.py")
    assert (done.returncode, done.stdout) == (0, "done"), done.stderr
    assert types(folder) == {"IndexError": 1, "ZeroDivisionError": 1}


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--", "no-such-command"], 2, "no-such-command can't be run (No such file or directory)"),
        (["--root", "nowhere", "--", "true"], 2, "--root nowhere is no folder"),
        (["--output", "app.py", "--", "true"], 2, "is no recording"),
        ([], 2, "missing argument 'CMD...': see refactorkit observe --help"),
    ],
)
def test_what_can_not_be_done_is_one_line(tmp_path: Path, words: list[str], code: int, message: str) -> None:
    done = subprocess.run(
        [*OBSERVE, *words], cwd=project(tmp_path), capture_output=True, text=True, check=False
    )
    assert done.returncode == code
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert message in done.stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 128 + 15), (signal.SIGINT, 7)])
def test_signals_reach_the_command_and_what_was_seen_is_kept(tmp_path: Path, number: int, code: int) -> None:
    main = """\
import app, sys, time
app.run(lambda: 1 / 0)
try:
    print("ready", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    sys.exit(7)
"""
    folder = project(tmp_path, main=main)
    words = [*OBSERVE, "--", sys.executable, "main.py"]
    with subprocess.Popen(
        words, cwd=folder, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        running.send_signal(number)
        assert running.wait(30) == code
    assert types(folder) == {"ZeroDivisionError": 1}


def test_runs_that_end_together_lose_nothing(tmp_path: Path) -> None:
    main = "import app, os, sys, time\nwhile not os.path.exists('go'): time.sleep(0.01)\napp.run(lambda: {}[1])\n"
    folder = project(tmp_path, main=main)
    words = [*OBSERVE, "--", sys.executable, "main.py"]
    running = [subprocess.Popen(words, cwd=folder, stderr=subprocess.DEVNULL) for _ in range(4)]
    time.sleep(0.5)
    (folder / "go").touch()
    assert [one.wait() for one in running] == [0, 0, 0, 0]
    assert types(folder) == {"KeyError": 4}
    assert sorted(os.listdir(folder / ".refactorkit")) == [".gitignore", "observed.json"]


def test_an_empty_recording_is_written_when_nothing_arrived(tmp_path: Path) -> None:
    folder = project(tmp_path, main="import app\n")
    done = observe(folder, sys.executable, "main.py")
    assert "0 exceptions at 0 of 1 broad handler: " in done.stderr
    assert load(folder / DEFAULT_PATH) == Observations()
