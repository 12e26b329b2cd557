"""Formatting touches what the codemod changed, in the way that the target configures, or nothing."""

from __future__ import annotations

import os
from pathlib import Path
from textwrap import dedent

import pytest

from formatting_targets import (
    BLACK,
    LONG,
    LONG_IN_LINES,
    RUFF,
    RUFF_SINGLE,
    formatted_with,
    run,
)
from refactorkit.formatting import format_changes
from refactorkit.formatting.lines import hunks, may_move, read, stays_within
from refactorkit.model import Change


@pytest.mark.parametrize(
    ("case", "config", "before", "written", "expected"),
    [
        (
            "ruff formats the changed statement of a formatted file",
            RUFF,
            "import a\n\nx = 1\ny = 2\n",
            f"import a\n\n{LONG}\ny = 2\n",
            f"import a\n\n{LONG_IN_LINES}\ny = 2\n",
        ),
        (
            "a section for ruff's formatter wins over black",
            BLACK + RUFF_SINGLE,
            "x = 'a'\n",
            'x = "b"\n',
            "x = 'b'\n",
        ),
        (
            "black wins over a ruff that is there for its linter",
            '[tool.black]\nline-length = 200\n[tool.ruff]\nline-length = 40\n[tool.ruff.lint]\nselect = ["E"]\n',
            "x = 1\n",
            f"{LONG.replace(' = ', '  =  ')}\n",
            f"{LONG}\n",
        ),
        (
            "black does not mind a ruff that it stands beside and that leads outside",
            "[tool.black]\n[tool.ruff]\nextend = '/x/ruff.toml'\n",
            "x = 1\n",
            "x = f( 1 )\n",
            "x = f(1)\n",
        ),
        (
            "black keeps single quotes where the target says so",
            BLACK,
            "x = 'a'\ny = 'c'\n",
            "x = {  'b':1 }\ny = 'c'\n",
            "x = {'b': 1}\ny = 'c'\n",
        ),
        (
            "single quotes stay where ruff is there for its linter only",
            RUFF + "[tool.ruff.lint]\nselect = ['E']\n",
            "x = 'a'\n",
            "x = {  'b':1 }\n",
            "x = {  'b':1 }\n",
        ),
        (
            "the blank lines around what was added are formatted in a formatted file",
            RUFF,
            "x = 1\n\n\ndef f():\n    pass\n",
            "x = 1\ndef new():\n    pass\ndef f():\n    pass\n",
            "x = 1\n\n\ndef new():\n    pass\n\n\ndef f():\n    pass\n",
        ),
        (
            "in a file of another style only statements that had ruff's style are formatted",
            RUFF,
            "a = {'x':1}\nb = 1\nc = {'y':1}\nd = 2\ne   =   3\n",
            "a = {'x':1 }\nb = f( 1 )\nc = {'y':1}\nd = g( 2 )\ne   =   3\n",
            "a = {'x':1 }\nb = f(1)\nc = {'y':1}\nd = g(2)\ne   =   3\n",
        ),
        (
            "the same for black",
            "[tool.black]\n",
            "a = {'x':1}\nb = 1\nc = {'y':1}\nd = 2\ne   =   3\n",
            "a = {'x':1 }\nb = f( 1 )\nc = {'y':1}\nd = g( 2 )\ne   =   3\n",
            "a = {'x':1 }\nb = f(1)\nc = {'y':1}\nd = g(2)\ne   =   3\n",
        ),
        (
            "the header of a class in a file of another style is formatted without its body",
            RUFF,
            "class A(B):\n    # why\n    x   = 1\n",
            "class A(B,C ):\n    # why\n    x   = 1\n",
            "class A(B, C):\n    # why\n    x   = 1\n",
        ),
        (
            "statements that share a line stay as written",
            RUFF,
            "a = 1; b = 2\nc = 3\n",
            "a = 1; b = f( 2 )\nc = 3\n",
            "a = 1; b = f( 2 )\nc = 3\n",
        ),
        (
            "a new statement follows its neighbours",
            RUFF,
            "a = 1\nb = 2\nc = {'y':1}\nd = {'z':1}\n",
            "a = 1\nn = f( 1 )\nb = 2\nc = {'y':1}\nm = f( 1 )\nd = {'z':1}\n",
            "a = 1\nn = f(1)\nb = 2\nc = {'y':1}\nm = f( 1 )\nd = {'z':1}\n",
        ),
        (
            "without a formatter nothing happens",
            "[project]\nname = 'x'\n",
            "x = 1\n",
            "x = f( 1 )\n",
            "x = f( 1 )\n",
        ),
        (
            "code between `fmt: off` and `fmt: on` stays",
            RUFF,
            "# fmt: off\nx = [1,\n 2]\n# fmt: on\n",
            "# fmt: off\nx = [1,\n 3]\n# fmt: on\n",
            "# fmt: off\nx = [1,\n 3]\n# fmt: on\n",
        ),
        (
            "a file that the target keeps from its formatter stays",
            '[tool.ruff]\nextend-exclude = ["src/app"]\n',
            "x = 1\n",
            "x = f( 1 )\n",
            "x = f( 1 )\n",
        ),
        (
            "a file that the target keeps from black stays",
            "[tool.black]\nforce-exclude = '^/src/app'\n",
            "x = 1\n",
            "x = f( 1 )\n",
            "x = f( 1 )\n",
        ),
    ],
)
def test_the_targets_own_formatter_formats_what_changed(
    case: str, config: str, before: str, written: str, expected: str
) -> None:
    assert run(before, written, pyproject__toml=config)[0] == expected, case


@pytest.mark.parametrize("config", [RUFF, "[tool.black]\n"], ids=["ruff", "black"])
@pytest.mark.parametrize(
    ("case", "before", "written", "expected"),
    [
        ("CRLF", b"x = 1\r\ny = 2\r\n", b"x = f( 1 )\r\ny = 2\r\n", b"x = f(1)\r\ny = 2\r\n"),
        ("mixed line ends", b"x = 1\r\ny = 2\nz = 3\n", b"x = 1\r\ny = 2\nz = f( 3 )\n", None),
        ("a byte order mark", b"\xef\xbb\xbfx = 1\ny = 2\n", b"\xef\xbb\xbfx = f( 1 )\ny = 2\n", None),
        ("no final newline", b"x = 1\ny = 2", b"x = f( 1 )\ny = 2", b"x = f(1)\ny = 2"),
        ("no final newline on the changed line", b"x = 1\ny = 2", b"x = 1\ny = f( 2 )", None),
        ("a form feed", b"x = 1\n\x0c\ny = 2\n", b"x = f( 1 )\n\x0c\ny = 2\n", b"x = f(1)\n\x0c\ny = 2\n"),
        ("tabs", b"if x:\n\ty = 1\nz = 2\n", b"if x:\n\ty = 1\nz = f( 2 )\n", b"if x:\n\ty = 1\nz = f(2)\n"),
        (
            "a comment that asks for two spaces",
            b"x = 1 # c\n\ny = 2\n",
            b"x = 1 # c\n\ny = f( 2 )\n",
            b"x = 1 # c\n\ny = f(2)\n",
        ),
        ("latin-1", b"# coding: latin-1\nx = '\xe9'\n", b"# coding: latin-1\ny = '\xe9'\n", None),
    ],
)
def test_lines_outside_of_the_change_keep_every_byte(
    config: str, case: str, before: bytes, written: bytes, expected: bytes | None
) -> None:
    change = Change(path="m.py", before=before, after=written)
    after = format_changes([change], {"pyproject.toml": config.encode()}).changes[0].after
    assert after is not None
    if expected is not None:
        assert after == expected, case
    changed = {number for i1, i2, _, _ in hunks(*_lines(before, written)) for number in range(i1, i2)}
    moved = {number for i1, i2, _, _ in hunks(*_lines(before, after)) for number in range(i1, i2)}
    assert moved <= changed, case


def _lines(*texts: bytes) -> list[list[bytes]]:
    return [text.splitlines(keepends=True) for text in texts]


@pytest.mark.parametrize(
    ("case", "configs", "reason"),
    [
        ("no formatter", {}, "no formatter configured"),
        (
            "ruff of another version",
            {"pyproject.toml": "[tool.ruff]\nrequired-version = '==0.1.0'\n"},
            "0.1.0",
        ),
        ("black of another version", {"pyproject.toml": "[tool.black]\nrequired-version = '1.0'\n"}, "1.0"),
        ("broken TOML", {"pyproject.toml": "[tool.ruff\n"}, "pyproject.toml cannot be read"),
        ("an option of the wrong type", {"ruff.toml": "line-length = 'x'\n"}, "Failed to parse"),
        ("a wrong option of black", {"pyproject.toml": "[tool.black]\nline-length = 'x'\n"}, "line-length"),
        ("extends an absolute path", {"ruff.toml": "extend = '/etc/ruff.toml'\n"}, "outside the repository"),
        ("extends a home folder", {"ruff.toml": "extend = '~/ruff.toml'\n"}, "outside the repository"),
        ("extends a variable", {"ruff.toml": "extend = '$HOME/ruff.toml'\n"}, "outside the repository"),
        ("extends upwards", {"ruff.toml": "extend = 'a/../../x/ruff.toml'\n"}, "outside the repository"),
        ("extends a missing file", {"ruff.toml": "extend = 'base.toml'\n"}, "at the base commit"),
        ("extends itself", {"ruff.toml": "extend = 'ruff.toml'\n"}, "extends itself"),
        (
            "extends outside by a detour",
            {"src/ruff.toml": "extend = '../ruff.toml'", "ruff.toml": "extend = '../ruff.toml'"},
            "outside the repository",
        ),
        (
            "black is told to write elsewhere",
            {"pyproject.toml": "[tool.black]\ncache-dir = '/x'\n"},
            "cache-dir",
        ),
        ("black is given code", {"pyproject.toml": "[tool.black]\ncode = 'x = 1'\n"}, "code"),
        ("black only compares", {"pyproject.toml": "[tool.black]\ndiff = true\n"}, "diff"),
    ],
)
def test_a_configuration_that_cannot_be_used_leaves_the_file_as_written(
    case: str, configs: dict[str, str], reason: str
) -> None:
    change = Change(path="src/app/m.py", before=b"x = 1\n", after=b"x = f( 1 )\n")
    text, result = formatted_with(change, configs)
    assert text == "x = f( 1 )\n", case
    assert result.verification.ok is None
    assert reason in result.verification.detail
    assert "refactorkit-" not in result.verification.detail, "no path of the scratch folder"
    assert result.tools == {}


def test_a_configuration_may_extend_another_one_of_the_repository() -> None:
    change = Change(path="src/app/m.py", before=b"x = 'a'\n", after=b'x = "b"\n')
    configs = {
        "src/ruff.toml": "extend = '../base/ruff.toml'",
        "base/ruff.toml": "[format]\nquote-style='single'",
    }
    assert formatted_with(change, configs)[0] == "x = 'b'\n"


def test_configurations_that_lead_outside_do_not_disturb_those_nearer_to_the_file() -> None:
    change = Change(path="tools/m.py", before=b"x = 'a'\n", after=b"x = f( 'b' )\n")
    configs = {
        "pyproject.toml": "[tool.ruff]\nextend = '/nonexistent/ruff.toml'\n",
        "tools/ruff.toml": "[format]\nquote-style = 'single'\n",
        "tools/other/ruff.toml": "broken",
    }
    assert formatted_with(change, configs)[0] == "x = f('b')\n"


def test_imports_that_could_not_be_sorted_are_named_beside_what_was_formatted() -> None:
    change = Change(path="m.py", before=b"import os\n", after=b"import os\nx = f( 1 )\n")
    configs = {"pyproject.toml": "[tool.black]\n[tool.isort]\nprofile = 'google'\n"}
    text, result = formatted_with(change, configs)
    assert text == "import os\n\nx = f(1)\n"
    assert result.verification.detail == (
        f"black {result.tools['black']}, 1 file; "
        "imports of m.py left as written: pyproject.toml sets profile = google, which ruff cannot do"
    )


def test_the_nearest_configuration_decides() -> None:
    change = Change(path="tools/a/m.py", before=b"x = 'a'\n", after=b"x = f( 'b' )\n")
    configs = {
        "pyproject.toml": "[tool.black]\n",
        "tools/pyproject.toml": RUFF_SINGLE,
        "other/ruff.toml": "nonsense = 1\n",
    }
    text, result = formatted_with(change, configs)
    assert text == "x = f('b')\n"
    assert list(result.tools) == ["ruff"]


def test_the_verification_names_tools_versions_and_counts() -> None:
    changes = [
        Change(path="a.py", before=b"x = 1\n", after=b"x = f( 1 )\n"),
        Change(path="b.py", before=b"x = 1\n", after=b"def f(:\n"),
        Change(path="NOTE.md", before=None, after=b"x = f( 1 )\n"),
        Change(path="gone.py", before=b"x = f( 1 )\n", after=None),
    ]
    result = format_changes(changes, {"pyproject.toml": RUFF.encode()})
    version = result.tools["ruff"]
    assert [change.path for change in result.changes] == ["a.py", "b.py", "NOTE.md", "gone.py"]
    assert [change.after for change in result.changes] == [b"x = f(1)\n", b"def f(:\n", b"x = f( 1 )\n", None]
    assert result.verification.ok is True
    assert result.verification.detail.startswith(
        f"ruff format {version}, 1 file; b.py left as written: error"
    )


def test_without_python_files_there_is_nothing_to_format() -> None:
    result = format_changes([Change(path="NOTE.md", before=None, after=b"x")], {"ruff.toml": b""})
    assert result.verification.ok is None
    assert result.verification.detail == "no Python file to format"


@pytest.mark.parametrize("config", [RUFF, "[tool.black]\n"], ids=["ruff", "black"])
def test_a_new_file_is_formatted_whole(config: str) -> None:
    assert run(None, "x = f( 1 )\n\n\n\n\ny=2", pyproject__toml=config)[0] == "x = f(1)\n\n\ny = 2\n"


def test_a_docstring_that_the_formatter_would_change_stays() -> None:
    before = 'def f():\n    """One."""\n'
    written = 'def f():\n    """  Two.  """\n'
    assert run(before, written, pyproject__toml=RUFF)[0] == written


def test_black_never_imports_what_the_target_calls_like_a_library() -> None:
    change = Change(
        path="click.py", before=b"raise SystemExit(9)\nx = 1\n", after=b"raise SystemExit(9)\nx = f( 1 )\n"
    )
    assert formatted_with(change, {"pyproject.toml": "[tool.black]\n"})[0].endswith("x = f(1)\n")


def test_variables_and_settings_of_the_user_have_no_say(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "ruff").mkdir()
    (tmp_path / "ruff/ruff.toml").write_text("nonsense = 1\n")
    (tmp_path / "ruff.toml").write_text("nonsense = 1\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("RUFF_CONFIG", str(tmp_path / "ruff.toml"))
    monkeypatch.setenv("BLACK_CACHE_DIR", str(tmp_path / "black"))
    assert run("x = 1\n", "x = f( 1 )\n", pyproject__toml=RUFF)[0] == "x = f(1)\n"
    assert run("x = 1\n", "x = f( 1 )\n", pyproject__toml="[tool.black]\n")[0] == "x = f(1)\n"
    assert sorted(os.listdir(tmp_path)) == ["ruff", "ruff.toml"]


def test_only_the_statement_of_a_hunk_and_blank_lines_may_move() -> None:
    before = read(b"a = 1\n\nf(\n    1,\n    2,\n)\n\n\nb = 2\n")
    written = read(b"a = 1\n\nf(\n    1,\n    3,\n)\n\n\nb = 2\n")
    moved = read(b"a = 1\n\nf(1, 3)\nb = 2\n")
    too_much = read(b"a = 1\n\nf(1, 3)\nb = (2)\n")
    assert before is not None
    assert written is not None
    assert moved is not None
    assert too_much is not None
    spans = may_move(before, written, imports=False)
    assert spans == [(1, 8)]
    assert stays_within(spans, before, moved)
    assert not stays_within(spans, before, too_much)


def test_syntax_that_this_python_cannot_read_is_left_as_written() -> None:
    before = dedent("""\
        print 'a'
        x = 1
        """)
    written = before.replace("x = 1", "x = f( 1 )")
    assert run(before, written, pyproject__toml=RUFF)[0] == written
