"""narrow-except where golden cases say too little: what must not be taken for proved, and `refactorkit explain-handler`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from refactorkit import catalogue
from refactorkit.config import Config, Scope
from refactorkit.discover import Discovered, discover
from refactorkit.model import Finding, Level, Plan
from refactorkit.pipeline import plan
from refactorkit.workspace.disk import DiskWorkspace

PARSE = "def parse(text: str) -> int:\n    return int(text)\n\n\n"
HANDLER = """\
def load(text: str, other, names: dict[str, int]):
    try:
        BODY
    except Exception:
        return None
"""
OPAQUE = {
    "a name that a function binds again": (
        PARSE + "def install(other):\n    global parse\n    parse = other\n\n\n",
        "parse(text)",
    ),
    "a module's attribute that is set by its name": (
        PARSE + "import sys\n\nsetattr(sys.modules[__name__], 'parse', None)\n\n\n",
        "parse(text)",
    ),
    "a function that a nested one may replace": (
        "",
        (
            "def inner():\n            return 1\n        def install():\n            nonlocal inner\n            inner = other\n"
            "        install()\n        return inner()"
        ),
    ),
    "a parameter that gets another value": ("", "text = other\n        return int(text)"),
    "a loop variable with a builtin's name": ("", "for int in other:\n            int(text)"),
    "a class with a metaclass": (
        "class Meta(type):\n    def __call__(cls):\n        raise OSError\n\n\nclass Row(metaclass=Meta):\n    pass\n\n\n",
        "return Row()",
    ),
    "a class whose base has a metaclass": (
        (
            "class Meta(type):\n    def __call__(cls):\n        raise OSError\n\n\nclass Top(metaclass=Meta):\n    pass\n\n\n"
            "class Row(Top):\n    pass\n\n\n"
        ),
        "return Row()",
    ),
    "a class under a decorator": (
        "def wrap(cls):\n    return other\n\n\n@wrap\nclass Row:\n    pass\n\n\n",
        "return Row()",
    ),
    "a descriptor": (
        "class Lazy:\n    def __get__(self, row, owner):\n        raise OSError\n\n\nclass Row:\n    value = Lazy()\n\n\n",
        "row = Row()\n        return row.value",
    ),
    "a setter": (
        (
            "class Row:\n    @property\n    def value(self) -> int:\n        return 1\n\n    @value.setter\n"
            "    def value(self, new) -> None:\n        raise OSError\n\n\n"
        ),
        "row = Row()\n        row.value = 1",
    ),
    "a dictionary with a __missing__ of its own": (
        "class Rows(dict):\n    def __missing__(self, key):\n        raise OSError\n\n\n",
        "rows = Rows()\n        return rows[text]",
    ),
    "a class statement": (
        "class Top:\n    def __init_subclass__(cls):\n        raise OSError\n\n\n",
        "class Row(Top):\n            pass",
    ),
    "a lambda": ("", "read = lambda: other()\n        return read()"),
    "a method that an object may have of its own": (
        "class _Row:\n    def go(self) -> int:\n        return 1\n\n\ndef patch(row, new):\n    row.go = new\n\n\n",
        "row = _Row()\n        return row.go()",
    ),
    "a class attribute that is called": (
        "class Row:\n    parse = int\n\n\n",
        "row = Row()\n        return row.parse(text)",
    ),
    "the text of an object": (
        "class Row:\n    def __str__(self):\n        return other\n\n\n",
        "return f'{other}'",
    ),
    "an awaitable that was bound before": ("", "return list(other)"),
    "a context manager that is passed in": ("", "with other:\n            pass"),
    "super() in a class that others may inherit from": (
        "",
        "class Top:\n            pass\n        return Top().go()",
    ),
    "keywords that are unpacked": (PARSE, "return parse(**other)"),
}


@pytest.mark.parametrize("name", OPAQUE)
def test_what_may_raise_anything_is_not_taken_for_proved(name: str, tmp_path: Path) -> None:
    before, body = OPAQUE[name]
    made = planned(tmp_path, before + HANDLER.replace("BODY", body))
    assert [f.level for f in handlers(made) if f.level is Level.PROVED] == []
    assert len(handlers(made)) == 1
    assert not made.changes


def test_an_import_for_type_checkers_alone_says_nothing_about_what_runs(tmp_path: Path) -> None:
    (tmp_path / "real.py").write_text(PARSE)
    (tmp_path / "fake.py").write_text("def parse(text):\n    raise OSError\n")
    guard = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from real import parse\nelse:\n    from fake import parse\n\n\n"
    made = planned(tmp_path, guard + HANDLER.replace("BODY", "return parse(text)"))
    assert [(f.path, f.reason) for f in handlers(made)] == [("app.py", "rebound-name")]


def test_a_witness_names_each_call_from_the_raise_to_the_handler(tmp_path: Path) -> None:
    (tmp_path / "reader.py").write_text(PARSE)
    body = HANDLER.replace("BODY", "return reader.parse(text)")
    made = planned(tmp_path, f"import reader\n\n\n{body}")
    (finding,) = handlers(made)
    assert finding.evidence["exceptions"] == ["ValueError"]
    assert finding.evidence["witness"] == ["ValueError: int() at reader.py:2 <- parse() at app.py:6"]
    assert "TypeError" in finding.evidence["exposes"]


def test_a_narrowed_handler_is_judged_as_its_callers_will_see_it(tmp_path: Path) -> None:
    """Below a proof the inner handler lets something out that it caught before: the outer one must know."""
    inner = HANDLER.replace("BODY", "return int(other)").replace("load", "inner")
    outer = HANDLER.replace("BODY", "inner(text, text, names)\n        return names[text]")
    source = f"{inner}\n\n{outer}"
    proved = planned(tmp_path, source)
    assert [f.reason for f in handlers(proved)] == ["partial-knowledge", None]
    made = planned(tmp_path, source, Level.SUGGESTED)
    assert [f.level for f in handlers(made)] == [Level.SUGGESTED, Level.SUGGESTED]
    assert [f.evidence["exceptions"] for f in handlers(made)] == [
        ["OverflowError", "ValueError"],
        ["KeyError"],
    ]


def planned(folder: Path, source: str, level: Level = Level.PROVED) -> Plan:
    """The plan for a project whose file app.py holds this source."""
    (folder / "app.py").write_text(source)
    return plan(catalogue.create("narrow-except", {}), found(folder), Config(scope=Scope(level=level)))


def found(folder: Path) -> Discovered:
    """A project on the disk."""
    return discover(DiskWorkspace(folder), (str(folder),))


def handlers(made: Plan) -> list[Finding]:
    """The findings about handlers of app.py."""
    return [f for f in made.findings if f.path == "app.py" and "exceptions" in f.evidence]


def explain(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`refactorkit explain-handler ARGUMENTS` in a folder."""
    command = [sys.executable, "-m", "refactorkit", "explain-handler", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a handler that is proved, one that is suggested and one that stays."""
    bodies = ["return int(text)", "return int(other)", "return other()"]
    (tmp_path / "app.py").write_text("\n\n".join(HANDLER.replace("BODY", body) for body in bodies))
    return tmp_path


def test_explain_handler_shows_what_can_arrive_and_what_would_be_written(project: Path) -> None:
    done = explain(project, "app.py:5")  # any line of the clause will do
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:4] == [
        "app.py:4  except Exception:",
        "  level    proved",
        "  verdict  changes: catches ValueError (int() at line 3); no longer TypeError, AttributeError or NameError of ill-typed code",
        "  writes   except ValueError:",
    ]
    assert "  ValueError: int() at app.py:3" in done.stdout.splitlines()


def test_explain_handler_says_what_is_not_known(project: Path) -> None:
    suggested, stays = explain(project, "app.py:11"), explain(project, "app.py:18")
    assert "except (OverflowError, ValueError):   (with --level suggested)" in suggested.stdout
    assert "stays (calls-parameter): its body runs other()" in stays.stdout
    assert "writes" not in stays.stdout


def test_explain_handler_takes_options_and_gives_json(project: Path) -> None:
    done = explain(project, "app.py:4", "-o", "keep-type-errors=true", "--format", "json")
    finding = json.loads(done.stdout)
    assert finding["evidence"]["exceptions"] == ["AttributeError", "NameError", "TypeError", "ValueError"]
    assert finding["line"] == 4


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("app.py", "app.py names no line: write PATH:LINE"),
        ("app.py:1", "app.py:1 is in no broad handler: there is one at line 4, 11, 18"),
        ("nowhere.py:3", "there is no nowhere.py"),
    ],
)
def test_explain_handler_says_what_to_do_next(project: Path, place: str, said: str) -> None:
    done = explain(project, place)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""
