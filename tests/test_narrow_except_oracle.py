"""narrow-except with a type checker to ask: real ones, in their pinned versions."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from refactorkit import catalogue, facts, type_oracle
from refactorkit.cache import Cache
from refactorkit.config import Config
from refactorkit.discover import discover
from refactorkit.model import Finding, Level, Plan, Status
from refactorkit.pipeline import plan
from refactorkit.report.commit_message import message
from refactorkit.type_oracle import PINNED
from refactorkit.workspace.disk import DiskWorkspace

TOOLS = sorted(PINNED)
BOX = """import subprocess
from typing import final


@final
class Box:
    def number(self, text: str) -> int:
        return int(text)


"""
ASKED = """def first(PARAMETERS) -> object:
    BEFORE
    try:
        return RETURNED
    except Exception:
        return None
"""
KNOWN = {
    "a member of a tuple": ("pair: tuple[str, Box]", "name, box = pair", "box.number(name)", ["ValueError"]),
    "what a text is decoded to, behind letters of two and four bytes": (
        "raw: tuple[bytes, str]",
        "data, coding = raw",
        '("äö𝔸", data.decode("utf-8"))',
        ["UnicodeDecodeError"],
    ),
    "a value after a test of its class": (
        "value",
        "assert isinstance(value, Box)",
        'value.number("1")',
        ["ValueError"],
    ),
    "what a call gives": (
        "path: str",
        "pass",
        "int(subprocess.check_output([path]).decode().strip())",
        ["OSError", "ValueError", "subprocess.CalledProcessError"],
    ),
    "an argument": ("row: tuple[str, int]", "text, count = row", "int(text)", ["ValueError"]),
    "both branches of a test of the platform": (
        "pair: tuple[Box, str]",
        'import sys\n    box, text = pair\n    chosen = box if sys.platform == "win32" else text',
        "chosen[0]",
        None,
    ),
    "both branches of a test of the kind of system": (
        "pair: tuple[Box, str]",
        'import os\n    box, text = pair\n    chosen = box if os.name == "nt" else text',
        "chosen[0]",
        None,
    ),
    "what runs and not only what a type checker sees": (
        "pair: tuple[Box, str]",
        "from typing import TYPE_CHECKING\n    box, text = pair\n    chosen = text if TYPE_CHECKING else box",
        "chosen[0]",
        None,
    ),
    "both branches of a test of Python's version": (
        "pair: tuple[Box, str]",
        "from sys import version_info as version\n    box, text = pair\n    chosen = box if version >= (3, 99) else text",
        "chosen[0]",
        None,
    ),
    "a name that is set from elsewhere": (
        "pair: tuple[str, Box]",
        "global shared\n    name, shared = pair",
        "shared.number(name)",
        None,
    ),
}
"""Parameters, what stands before the try, what it returns, and the types that are proved; None where nothing is."""


def case(name: str) -> str:
    """The source of one of these cases."""
    parameters, before, returned, _ = KNOWN[name]
    body = ASKED.replace("PARAMETERS", parameters).replace("BEFORE", before)
    return BOX + "shared = None\n\n\n" + body.replace("RETURNED", returned)


def planned(folder: Path, source: str, tool: str) -> Plan:
    """The plan for a project whose file app.py holds this source, and another one that sets a name there."""
    (folder / "app.py").write_text(source)
    (folder / "other.py").write_text("import app\n\napp.shared = object()\n")
    found = discover(DiskWorkspace(folder), (str(folder),))
    return plan(catalogue.create("narrow-except", {"oracle": tool}), found, Config())


def handler(made: Plan) -> Finding:
    """The finding about the only handler."""
    (finding,) = (f for f in made.findings if "witness" in f.evidence)
    return finding


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An empty folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where type checkers are looked for; there are none yet."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setattr(sys, "executable", str(folder / "python"))
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    """A cache of its own."""
    made = Cache(tmp_path / "cache")
    facts.use(made)
    yield made
    made.close()
    facts.use(Cache())


def install(folder: Path, tool: str, instead: str = "") -> Path:
    """Put a tool there which writes down how it is called, and is the real one, or does something else instead of serving."""
    log = folder / f"{tool}.log"
    real = Path(os.path.realpath(sys.prefix)) / "bin" / tool
    serving = instead or f'exec "{real}" "$@"'
    script = folder / tool
    script.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && exec "{real}" --version\necho "$1" >> "{log}"\n{serving}\n'
    )
    script.chmod(0o755)
    return log


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("name", KNOWN)
def test_what_source_does_not_tell_is_asked(project: Path, name: str, tool: str) -> None:
    wanted = KNOWN[name][3]
    without, found = (handler(planned(project, case(name), t)) for t in ("none", tool))
    assert without.status is not Status.CHANGED
    assert "oracle" not in without.evidence
    if wanted is None:
        assert found.status is not Status.CHANGED
        return
    assert (found.status, found.level, found.evidence["exceptions"]) == (Status.CHANGED, Level.PROVED, wanted)
    assert found.evidence["oracle"] == f"{tool} {PINNED[tool]}"
    assert f"the types that {tool} {PINNED[tool]} works out" in found.evidence["assumes"]


@pytest.mark.parametrize("tool", TOOLS)
def test_what_it_is_told_opens_further_questions(project: Path, tool: str) -> None:
    inner = ASKED.replace("first", "inner").replace("BEFORE", "name, box = pair")
    inner = inner.replace("PARAMETERS", "pair: tuple[str, Box]").replace("except Exception", "except OSError")
    outer = ASKED.replace("PARAMETERS", "row: tuple[tuple[str, Box], str]").replace(
        "BEFORE", "pair, name = row"
    )
    source = BOX + inner.replace("RETURNED", "box.number(name)") + "\n\n"
    source += (
        BOX.partition("@final")[1]
        + "\nclass Shelf:\n    def read(self, pair: tuple[str, Box]) -> object:\n        return inner(pair)\n\n\n"
    )
    source += outer.replace("tuple[str, Box], str", "tuple[str, Box], Shelf").replace(
        "RETURNED", "name.read(pair)"
    )
    found = handler(planned(project, source.replace("int(text)", '{"1": 1}[text]'), tool))
    assert found.evidence["exceptions"] == ["KeyError", "ValueError"]  # inner unpacks outside of its try
    steps = "Box.number() at app.py:14 <- inner() at app.py:22 <- Shelf.read() at app.py:28"
    assert f"KeyError: dict.__getitem__ at app.py:8 <- {steps}" in found.evidence["witness"]
    assert found.status is Status.CHANGED


@pytest.mark.parametrize("tool", TOOLS)
def test_packages_and_settings_of_whoever_runs_it_are_not_seen(
    project: Path, tool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """msgspec is installed beside the tools, and a package of the same name lies on the path."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "mine.py").write_text("def text() -> str: ...\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    source = "import msgspec\nimport mine\n\n\n" + ASKED.replace("PARAMETERS", "").replace(
        "BEFORE", "a, b = mine.text(), msgspec.json.encode(1)"
    )
    for returned in ("a.encode('ascii')", "b.decode('ascii')"):
        found = handler(planned(project, source.replace("RETURNED", returned), tool))
        assert (found.status, found.reason) == (Status.REFUSED, "unresolved-call")


@pytest.mark.parametrize("tool", TOOLS)
def test_a_second_run_asks_nothing_and_a_changed_file_is_asked_about_anew(
    project: Path, tools: Path, cache: Cache, tool: str
) -> None:
    log = install(tools, tool)
    first = planned(project, case("a member of a tuple"), tool)
    starts = len(log.read_text().splitlines())
    assert starts
    assert planned(project, case("a member of a tuple"), tool).outcomes == first.outcomes
    assert len(log.read_text().splitlines()) == starts
    changed = case("a member of a tuple").replace("tuple[str, Box]", "tuple[bytes, Box]")
    planned(project, changed, tool)
    assert len(log.read_text().splitlines()) > starts


@pytest.mark.parametrize(
    "instead",
    ["exit 1", "echo Content-Length: x", "printf 'Content-Length: 4\\r\\n\\r\\nnope'", "exec sleep 600"],
)
def test_a_type_checker_that_dies_is_done_without_and_the_plan_says_so(
    project: Path, tools: Path, instead: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type_oracle, "PATIENCE", 1.0)
    install(tools, "ty", instead)
    made = planned(project, case("a member of a tuple"), "ty")
    found = handler(made)
    assert (found.status, found.reason) == (Status.REFUSED, "unresolved-call")
    said = "ty 0.0.105 died or was too slow: what it had not said by then isn't known"
    assert found.evidence["oracle"] == said
    assert [(v.gate, v.ok, v.detail) for v in made.verification if v.gate == "oracle"] == [
        ("oracle", None, said)
    ]


def test_the_commit_names_the_version(project: Path) -> None:
    made = planned(project, case("a member of a tuple"), "ty")
    assert made.tools["ty"] == PINNED["ty"]
    assert '"tools":{"ty":"0.0.105"}' in message(made, "narrow", "", Config())


def test_a_type_checker_that_is_not_installed_is_a_usage_error(project: Path, tmp_path: Path) -> None:
    """In an interpreter beside which there is none, and with nothing on the path but git."""
    (project / "app.py").write_text(case("a member of a tuple"))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").symlink_to(shutil.which("git") or "git")
    (tmp_path / "bin" / "python").symlink_to(os.path.realpath(sys.executable))
    environment = {
        **os.environ,
        "PATH": str(tmp_path / "bin"),
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
    }
    for arguments in (["apply", "narrow-except", ".", "--dry-run"], ["explain-handler", "app.py:18"]):
        command = [str(tmp_path / "bin" / "python"), "-m", "refactorkit", *arguments, "-o", "oracle=ty"]
        done = subprocess.run(
            command, cwd=project, env=environment, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert "install refactorkit[oracle], which brings ty 0.0.105" in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_explain_handler_asks_too(project: Path) -> None:
    (project / "app.py").write_text(case("a member of a tuple"))
    command = [sys.executable, "-m", "refactorkit", "explain-handler", "app.py:18", "-o", "oracle=pyrefly"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert "  level    proved" in done.stdout, done.stderr
    assert "Types from\n  pyrefly 1.4.1" in done.stdout
