"""Whatever the bytes of a file: what changes is the site, and what can't be read fails by itself with a clear line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from refactorkit import catalogue
from refactorkit.config import Config
from refactorkit.discover import discover
from refactorkit.model import Change, Failed, Outcome, Plan
from refactorkit.nesting import looks_too_deep
from refactorkit.pipeline import plan
from refactorkit.splice import opcodes
from refactorkit.workspace.disk import DiskWorkspace
from repositories import SAMPLES

CALL = "import logging\n\n\ndef f(x):\n    if x:\n        logging.warn('x')\n    return x  # end\n"
CALL_AFTER = CALL.replace("warn(", "warning(")
MODEL = (
    "from pydantic import BaseModel\n\nLaxUrl = str\n\n\nclass In(BaseModel):\n    url: LaxUrl  # keep\n    name: str\n\n\n"
    "def f(x: In):\n    return x  # end\n"
)
MODEL_AFTER = (
    "from pydantic import BaseModel, HttpUrl\n\nLaxUrl = str\n\n\nclass In(BaseModel):\n    url: HttpUrl  # keep\n    name: str\n\n\n"
    "def f(x: In):\n    return x  # end\n"
)
CODEMODS: dict[str, tuple[str, dict[str, object]]] = {
    "logging-warn": (CALL, {}),
    "http-url": (MODEL, {"note": "", "role": "input", "serialise": "never"}),
}


def planned(folder: Path, codemod: str, files: dict[str, bytes]) -> Plan:
    """What a codemod would do to some files."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    made = catalogue.create(
        codemod, CODEMODS[codemod][1], SAMPLES.parent if codemod == "logging-warn" else None
    )
    return plan(made, discover(DiskWorkspace(folder), [str(folder)]), Config())


def outcome(folder: Path, codemod: str, data: bytes) -> Outcome | None:
    """What becomes of one file; None for one that the prefilter leaves out."""
    found = [o for o in planned(folder, codemod, {"a.py": data}).outcomes if o.path == "a.py"]
    return found[0] if found else None


def line_by_line(*ends: str) -> Callable[[str], bytes]:
    """The lines of a text, with these ends in turn."""
    return lambda text: "".join(
        line + ends[n % len(ends)] for n, line in enumerate(text.split("\n")[:-1])
    ).encode()


E, EURO, LIGATURE = "\N{LATIN SMALL LETTER E WITH ACUTE}", "\N{EURO SIGN}", "\N{LATIN SMALL LIGATURE FI}"
FORMS: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "CRLF": line_by_line("\r\n"),
    "lone carriage returns": line_by_line("\r"),
    "BOM": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "BOM and cookie": lambda text: b"\xef\xbb\xbf# -*- coding: utf-8 -*-\n" + text.encode(),
    "BOM and CRLF": lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
    "cookie on line 2": lambda text: (
        f"#!/usr/bin/python\n# vim: set fileencoding=latin-1 :\n# {E}\n{text}".encode("latin-1")
    ),
    "latin-1": lambda text: f"# coding: latin-1\n{text}y = '{E}'\n".encode("latin-1"),
    "windows-1252": lambda text: f"# coding: cp1252\n{text}# {EURO}\n".encode("cp1252"),
    "UTF-8": lambda text: f"{text}# {E}{EURO}\n".encode(),
    "tabs": lambda text: text.replace("    ", "\t").encode(),
    "two blanks": lambda text: text.replace("    ", "  ").encode(),
    "blanks at line ends": lambda text: (
        text.replace("(x):\n", "(x):  \n").replace("end\n", "end \t\n").encode()
    ),
    "form feeds": lambda text: (
        text.replace("\ndef ", "\n\x0cdef ").replace("# end\n", "# end\n\x0c\n").encode()
    ),
    "no last line end": lambda text: text.rstrip("\n").encode(),
    "blank lines at the end": lambda text: f"{text}\n\n\n".encode(),
    "separators in a string": lambda text: (
        f"{text}y = 'a\x0bb\x1cc\x85d\u2028e'  # \x0b\x1d\x85\u2029\n".encode()
    ),
    "a form feed in a string": lambda text: f"{text}y = 'a\x0cb'\n".encode(),
    "continued lines": lambda text: f"{text}y = 1 + \\\n    2\nz = \\\n  3\n".encode(),
    "an equivalent identifier": lambda text: f"{text}{LIGATURE}le = fi = 1\n".encode(),
    "escaped surrogates": lambda text: f"{text}y = '\\ud800'\n".encode(),
    "invalid escapes": lambda text: f"{text}y = '\\d\\.'\n".encode(),
    "a line of 1 MB": lambda text: f"{text}y = '{'a' * 1_000_000}'\n".encode(),
    "a comment of 1 MB": lambda text: f"{text}# {'# refactorkit:' * 70_000}\n".encode(),
    "a list of many": lambda text: f"{text}y = [{'1,' * 3000}]\n".encode(),
    "semicolons": lambda text: f"{text}y = 1; z = 2;\n".encode(),
    "150 brackets": lambda text: f"{text}y = {'(' * 150}1{')' * 150}\n".encode(),
}


@pytest.mark.parametrize("codemod", CODEMODS)
@pytest.mark.parametrize("form", FORMS)
def test_the_same_change_is_made_in_every_form_of_bytes(tmp_path: Path, codemod: str, form: str) -> None:
    text = CODEMODS[codemod][0]
    wanted = {"logging-warn": CALL_AFTER, "http-url": MODEL_AFTER}[codemod]
    got = outcome(tmp_path, codemod, FORMS[form](text))
    assert isinstance(got, Change), got
    assert got.after == FORMS[form](wanted)


@pytest.mark.parametrize("codemod", CODEMODS)
def test_mixed_line_ends_stay_line_by_line(tmp_path: Path, codemod: str) -> None:
    data = line_by_line("\r\n", "\n", "\n", "\r\n", "\r")(CODEMODS[codemod][0])
    got = outcome(tmp_path, codemod, data)
    assert isinstance(got, Change), got
    kept = {line for line in re.findall(rb"[^\r\n]+(?:\r\n|\r|\n)", data) if b"Lax" not in line}
    gone = kept - set(re.findall(rb"[^\r\n]+(?:\r\n|\r|\n)", got.after or b""))
    assert all(b"warn" in line or b"import" in line for line in gone), gone


UNREADABLE: dict[str, tuple[bytes, str]] = {
    "a cookie that lies": (f"# coding: ascii\n%s# {E}\n".encode(), "ascii"),
    "another cookie than the BOM": (b"\xef\xbb\xbf# coding: latin-1\n%s", "encoding problem|BOM|coding"),
    "a BOM and a cookie that Python refuses beside it": (b"\xef\xbb\xbf# coding: utf8\n%s", "encoding problem"),
    "an unknown cookie": (b"# coding: klingon\n%s", "klingon"),
    "a cookie that is no text encoding": (b"# coding: rot13\n%s", "rot13|rot_13|encoding"),
    "a UTF-16 cookie": (b"# coding: utf-16\n%s", "utf-16|encoding|libcst"),
    "a byte that is not UTF-8": (b"%s# \xff\n", "utf-8|utf8"),
    "a surrogate": (b"%sy = '\xed\xa0\x80'\n", "utf-8|utf8"),
    "a null byte": (b"%sy = 1\0\n", "null|unexpected|source code"),
    "a null byte in a comment": (b"%s# \0\n", "null|unexpected|source code"),
    "a continued line at the end": (b"%sy = 1 + \\", "line|EOF|unexpected"),
    "1,000 brackets": (b"%sy = " + b"(" * 1000 + b"1" + b")" * 1000 + b"\n", "nested|parenthes"),
    "5,000 calls": (b"%sy = " + b"f(" * 5000 + b")" * 5000 + b"\n", "nested|parenthes"),
    "5,000 calls in a row": (b"%sy = f" + b"()" * 5000 + b"\n", "nested"),
    "a chain of 5,000 plus": (b"%sy = 1" + b" + 1" * 5000 + b"\n", "nested"),
    "a chain of 50,000 plus": (b"%sy = 1" + b" + 1" * 50_000 + b"\n", "nested"),
    "5,000 attributes": (b"%sy = a" + b".b" * 5000 + b"\n", "nested"),
    "5,000 times not": (b"%sy = " + b"not " * 5000 + b"1\n", "nested"),
    "20,000 times minus": (b"%sy = " + b"-" * 20_000 + b"1\n", "nested"),
    "5,000 lambdas": (b"%sy = " + b"lambda: " * 5000 + b"1\n", "nested"),
    "5,000 conditions": (b"%sy = " + b"1 if 1 else " * 5000 + b"1\n", "nested"),
    "5,000 branches": (b"%sif 1: pass\n" + b"elif 1: pass\n" * 5000, "nested"),
    "150 levels": (b"%s" + b"".join(b" " * n + b"if 1:\n" for n in range(150)) + b" " * 150 + b"pass\n", "indent"),
    "deep code behind an error": (b"print 'x'\n%sy = a" + b" and a" * 30_000 + b"\n", "nested|print"),
    "Python 2": (b"%sprint 'x'\n", "line|parse"),
}  # fmt: skip


@pytest.mark.parametrize("codemod", CODEMODS)
@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_fails_alone_and_clearly(tmp_path: Path, codemod: str, name: str) -> None:
    form, wanted = UNREADABLE[name]
    text = CODEMODS[codemod][0].encode()
    other = {"logging-warn": CALL, "http-url": MODEL.replace("LaxUrl", "OtherUrl")}[codemod].encode()
    made = planned(tmp_path, codemod, {"a.py": form.replace(b"%s", text), "b.py": other})
    (failed,) = [o for o in made.outcomes if o.path == "a.py"]
    assert isinstance(failed, Failed), failed
    assert re.search(wanted, failed.error), failed.error
    assert "\n" not in failed.error
    assert len(failed.error) < 200
    assert [o.path for o in made.changes] == (["b.py"] if codemod == "logging-warn" else [])


@pytest.mark.parametrize("codemod", CODEMODS)
@pytest.mark.parametrize("count", [3_000, 30_000])
def test_a_tower_that_only_libcst_sees_fails_and_ends_no_process(
    tmp_path: Path, codemod: str, count: int
) -> None:
    """`ast` keeps `a and b and c` flat, libcst nests it: its native parser would overflow the stack."""
    tower = "y = a" + " and a" * count + "\n"
    text = CODEMODS[codemod][0]
    inside = text.replace("    name: str\n", f"    name: str\n    {tower}").replace(
        "    return x", f"    {tower}    return x"
    )
    got = outcome(tmp_path, codemod, inside.encode())
    assert isinstance(got, Failed), got
    assert got.error == "nested too deeply to be parsed"


@pytest.mark.parametrize("codemod", CODEMODS)
@pytest.mark.parametrize(
    "tower",
    ["y = a" + " + a" * 1000, "y = a" + ".f()" * 400],
    ids=["operators", "methods"],
)
def test_long_chains_are_walked_like_any_code(tmp_path: Path, codemod: str, tower: str) -> None:
    text = CODEMODS[codemod][0]
    inside = text.replace("    name: str\n", f"    name: str\n    {tower}\n").replace(
        "    return x", f"    {tower}\n    return x"
    )
    assert tower in inside
    got = outcome(tmp_path, codemod, inside.encode())
    assert isinstance(got, Change), got
    assert tower.encode() in (got.after or b"")


def test_towers_fail_in_workers_too(tmp_path: Path) -> None:
    files = {f"m{n:02}.py": CALL.encode() for n in range(22)}
    files["m05.py"] += b"y = a" + b" and a" * 30_000 + b"\n"
    files["m06.py"] += b"y = " + b"(" * 1000 + b")" * 1000 + b"\n"
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    codemod = catalogue.create("logging-warn", {}, SAMPLES.parent)
    made = plan(codemod, discover(DiskWorkspace(tmp_path), [str(tmp_path)]), Config(jobs=2))
    assert [(f.path, f.error) for f in made.failures] == [
        (name, "nested too deeply to be parsed") for name in ("m05.py", "m06.py")
    ]
    assert len(made.changes) == 20


def test_nothing_is_admitted_that_holds_no_bytes_of_the_name(tmp_path: Path) -> None:
    assert outcome(tmp_path, "logging-warn", CALL.encode("utf-16")) is None
    assert outcome(tmp_path, "http-url", MODEL.encode("utf-32")) is None


@pytest.mark.parametrize("indent", ["    \x0c        ", "\x0c        ", "        \x0c"])
def test_a_form_feed_in_an_indentation_is_kept_or_the_file_fails(tmp_path: Path, indent: str) -> None:
    text = CALL.replace("        logging", f"{indent}logging")
    got = outcome(tmp_path, "logging-warn", text.encode())
    if isinstance(got, Change):
        assert got.after == text.replace("warn(", "warning(").encode()
    else:
        assert isinstance(got, Failed), got


def test_an_equivalent_spelling_of_a_name_is_never_half_of_a_change(tmp_path: Path) -> None:
    wide = "LaxUrl".translate({ord("L"): "\N{FULLWIDTH LATIN CAPITAL LETTER L}"})
    text = (
        MODEL.replace("url: LaxUrl", f"url: {wide}")
        + "class Other(BaseModel):\n    b: LaxUrl\ndef g(x: Other): ...\n"
    )
    got = outcome(tmp_path, "http-url", text.encode())
    if isinstance(got, Change):
        assert b"LaxUrl = " in (got.after or b"")  # the spelling that stays still has its name


def test_looking_deep_costs_no_time_and_fits_usual_code() -> None:
    assert not looks_too_deep(("x = a.b.c + [1, 2]\n" * 10_000).encode())
    assert looks_too_deep(b"x = a" + b".b" * 3000)
    assert not looks_too_deep(b"x = (1)\\\n + 2\n" * 1000)


def test_many_equal_lines_are_compared_in_a_moment() -> None:
    lines = [b"x = 1\n"] * 50_000
    assert [op for op in opcodes([b"a", *lines, b"b"], [b"c", *lines, b"d"]) if op[0] != "equal"] == [
        ("replace", 0, 1, 0, 1), ("replace", 50_001, 50_002, 50_001, 50_002)
    ]  # fmt: skip
    moved = opcodes([b"a", *lines, b"b"], [b"new", b"c", *lines, b"d"])
    assert moved[0][1] == moved[0][3] == 0
    assert (moved[-1][2], moved[-1][4]) == (50_002, 50_003)
    assert opcodes([b"a", b"b"], [b"b"]) == [("delete", 0, 1, 0, 0), ("equal", 1, 2, 0, 1)]
