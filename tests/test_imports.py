"""Names are added to and taken out of imports without moving any other line."""

from __future__ import annotations

import ast

import pytest

from refactorkit.imports import edit_imports
from refactorkit.splice import Splice, Text

ADDED = [
    ("from p import B\n", [("p", "A")], "from p import A, B\n"),
    ("from p import a, z\n", [("p", "m")], "from p import a, m, z\n"),
    ("from p import (\n    A,  # a\n    C,\n)\n", [("p", "B")], "from p import (\n    A,  # a\n    B,\n    C,\n)\n"),
    ("from p import (\n    A,\n    B  # b\n)\n", [("p", "C")], "from p import (\n    A,\n    B,  # b\n    C,\n)\n"),
    ("import sys\n\nimport p\n", [("typing", "X")], "import sys\nfrom typing import X\n\nimport p\n"),
    ("import sys\n\nX = 1\n", [("p", "A")], "import sys\n\nfrom p import A\n\nX = 1\n"),
    ('"""Doc."""\nX = 1\n', [("p", "A")], '"""Doc."""\n\nfrom p import A\n\nX = 1\n'),
    ("class X:\n    pass\n", [("p", "A")], "from p import A\n\n\nclass X:\n    pass\n"),
    ("#!/bin/x\nX = 1\n", [("p", "A")], "#!/bin/x\nfrom p import A\n\nX = 1\n"),
    ("", [("p", "A")], "from p import A\n"),
    ("from p import *\n", [("p", "A")], "from p import *\nfrom p import A\n"),
    ("from p import A as B\n", [("p", "A")], "from p import A, A as B\n"),
]  # fmt: skip
REMOVED = [
    ("from p import A, B, C\n", ["B"], "from p import A, C\n"),
    ("from p import A, B\n", ["B"], "from p import A\n"),
    ("from p import A\nX = 1\n", ["A"], "X = 1\n"),
    ("import a\n\nfrom p import A\n\nfrom q import B\n", ["A"], "import a\n\nfrom q import B\n"),
    ("from p import A\n\nfrom q import B\n", ["A"], "from q import B\n"),
    ("import a\n\nfrom p import A\n\n\nX = 1\n", ["A"], "import a\n\n\nX = 1\n"),
    ("import a\n\nfrom p import A\nfrom q import B\n\n\nX = 1\n", ["A", "B"], "import a\n\n\nX = 1\n"),
    ("# why\nfrom p import A\nX = 1\n", ["A"], "# why\nX = 1\n"),
    ("from p import A; from q import B\n", ["A"], "from p import A; from q import B\n"),
    ("import a; from q import B\n", ["B"], "import a; from q import B\n"),
]


def edited(code: str, add: list[tuple[str, str]], remove: list[str], before: int | None = None) -> str:
    """The code after the edits."""
    text = Text(code.encode())
    edits = edit_imports(text, ast.parse(code), add, remove, lambda root: root == "own", before)
    return text.apply([edit.splice for edit in edits]).decode()


@pytest.mark.parametrize(("code", "add", "after"), ADDED)
def test_names_are_added(code: str, add: list[tuple[str, str]], after: str) -> None:
    assert edited(code, add, []) == after


@pytest.mark.parametrize(("code", "remove", "after"), REMOVED)
def test_names_are_removed_with_the_space_that_would_be_too_much(
    code: str, remove: list[str], after: str
) -> None:
    assert edited(code, [], remove) == after


def test_a_long_import_is_wrapped() -> None:
    names = [f"name_number_{number}" for number in range(8)]
    after = edited("from p import name_number_0\n", [("p", name) for name in names[1:]], [])
    assert after == "from p import (\n" + "".join(f"    {name},\n" for name in names) + ")\n"


def test_an_import_below_the_place_that_needs_it_is_no_host() -> None:
    code = "import a\nX = 1\nfrom p import B\n"
    assert edited(code, [("p", "A")], [], before=2) == "import a\nfrom p import A\nX = 1\nfrom p import B\n"


def test_a_name_may_take_the_place_of_another() -> None:
    assert edited("from p import A\n", [("p", "B")], ["A"]) == "from p import B\n"


@pytest.mark.parametrize(
    ("data", "splice", "after"),
    [
        (b"a\r\nb\r\n", Splice(2, 1, "x\n"), b"a\r\nx\r\nb\r\n"),
        (b"a\nb", Splice(2, 2, "x"), b"a\nx"),
        (b"a", Splice(2, 1, "x\n"), b"a\nx\n"),
        (b"\xef\xbb\xbfa\n", Splice(1, 1, "x\n"), b"\xef\xbb\xbfx\n"),
        (b"a\x0cb\nc\n", Splice(2, 2, ""), b"a\x0cb\n"),
        (b"", Splice(1, 0, "x\n"), b"x\n"),
    ],
)
def test_a_splice_keeps_line_ends_and_marks(data: bytes, splice: Splice, after: bytes) -> None:
    assert Text(data).apply([splice]) == after
