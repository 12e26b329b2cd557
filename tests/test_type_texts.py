"""The types that type checkers show, taken apart; what they show for real is in test_type_oracle and test_narrow_except_oracle."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactorkit.analysis.type_questions import Typed
from refactorkit.analysis.type_texts import members, shown_result, shown_type

BOX, PATH = Typed("shop.Box", "app.py"), Typed("pathlib.Path")
STR, INT, NONE = Typed("builtins.str"), Typed("builtins.int"), Typed("None")
TYPES = {
    "Box": {BOX},
    "shop.Box": {BOX},
    "Box | None": {BOX, NONE},
    "Box[Path] | pathlib.Path": {BOX, PATH},
    "(Box & ~AlwaysFalsy) | (Path & ~None)": {BOX, PATH},
    "Unknown & Box": {BOX},
    "type[Box]": {Typed("shop.Box", "app.py", True)},
    "<class 'Box'>": {Typed("shop.Box", "app.py", True)},
    "Box*": {BOX},
    "Literal['a | b', \"c]\"]": {STR},
    "Literal[1, None, True]": {INT, NONE, Typed("builtins.bool")},
    "LiteralString | Literal[3]": {STR, INT},
    "Unknown": None,
    "Box | Unknown": None,
    "Unknown | (bound method Box.save() -> int)": None,
    "(Unknown & ~AlwaysFalsy) | Box": None,
    "Box | Any": None,
    "Box & Path": None,
    "Literal[Colour.RED]": None,
    "Literal['r', ... omitted 48 literals]": None,
    "Crate": None,
    "T@first": None,
    "Self@save (invariant)": None,
    "() -> Box": None,
    "def save(self) -> Box": None,
    "<module 'Box'>": None,
    "<Protocol with members 'm'>": None,
    "object": None,
    "Never": None,
    "": None,
    "Box | ": None,
    "(Box": None,
}
RESULTS = {
    ("ty", 'def f(x: (int) -> str = ..., y="->") -> str | None'): "str | None",
    ("ty", "bound method Box[str].m[T]( a: int ) -> (int) -> str"): "(int) -> str",
    ("ty", "(bound method A.m() -> int) | (bound method B.m() -> str)"): None,
    ("ty", "class Box(text: str)"): None,
    ("ty", "Unknown"): None,
    ("pyrefly", "(method) m: def m( self: Box, f: (int) -> str ) -> list[str]: ..."): "list[str]",
    ("pyrefly", "(function) f: async def f() -> int: ..."): None,
    ("pyrefly", "(attribute) isatty: ((self: TextIO) -> bool) | Any"): None,
    ("pyrefly", "(class) Box: def Box() -> Box: ..."): None,
}


@pytest.mark.parametrize("text", TYPES)
def test_all_members_of_a_type_are_known_or_it_is_no_answer(text: str) -> None:
    found = members(text, [BOX, PATH])
    assert (None if found is None else set(found)) == TYPES[text]


@pytest.mark.parametrize(("tool", "text"), RESULTS)
def test_the_result_of_a_function_is_what_stands_behind_its_own_arrow(tool: str, text: str) -> None:
    assert shown_result(f"```python\n{text}\n```\n---\nIts documentation.", tool) == RESULTS[tool, text]


def test_the_type_of_a_value_is_what_stands_in_the_code() -> None:
    assert shown_type("```python\nBox |\n    None\n```\n---\nWords", "ty") == "Box | None"
    assert (
        shown_type("```python\n(variable) box: Box | None\n```\nGo to [Box](file:///b)", "pyrefly")
        == "Box | None"
    )
    assert shown_type("```python\n(function) box: def save() -> Box: ...\n```", "pyrefly") is None
    assert shown_type("Words alone", "ty") is None
    assert shown_type(f"```python\n{'list[' * 60}\n```", "ty") is None


@given(st.text("ab|&()[]{}'\"~-> .*,@\\1", max_size=60))
def test_whatever_is_shown_is_taken_apart_or_no_answer(text: str) -> None:
    shown = shown_type(f"```python\n{text}\n```", "ty")
    if shown is not None:
        assert members(shown, [Typed("a"), Typed("b")]) != ()
    shown_result(f"```python\ndef {text}\n```", "ty")
