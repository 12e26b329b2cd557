"""What a run was told to leave alone stays left alone in the second run, though the lines have moved."""

from __future__ import annotations

import pytest

from refactorkit.carried_scope import carried_scope
from refactorkit.config import Lines, Scope
from refactorkit.model import Change
from repositories import CommandLine, Repository

BEFORE = b"a = 1\nb = 2\nc = 3\nd = 4\n"
AFTER = b"import x\n\na = 1\nb = two\nc = 3\n"
CHANGE = Change(path="m.py", before=BEFORE, after=AFTER)


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(only=(("m.py", 3), ("m.py", 2))), Scope(only=(("m.py", 5), ("m.py", 0)))),
        (Scope(only=(("m.py", None), ("src", None))), Scope(only=(("m.py", None), ("src", None)))),
        (Scope(only=(("other.py", 3),)), Scope(only=(("other.py", 3),))),
        (Scope(excluded=(("m.py", 3), ("n.py", 3))), Scope(excluded=(("m.py", 5), ("n.py", 3)))),
        (Scope(accepted={"m.py": (1, 4)}), Scope(accepted={"m.py": (3, 0)})),
        (Scope(changed={"m.py": (Lines(1, 3),)}), Scope(changed={"m.py": (Lines(3, 5),)})),
        (Scope(changed={"m.py": (Lines(2, 2),)}), Scope(changed={"m.py": ()})),
        (Scope(changed={"m.py": None, "n.py": (Lines(1, 1),)}), Scope(changed={"m.py": None, "n.py": (Lines(1, 1),)})),
        (Scope(), Scope()),
    ],
    ids=[
        "a line, and one that is gone", "whole files and folders", "another file", "what was left out", "a review",
        "ranges", "a range that is gone", "whole files that changed", "everything",
    ],
)  # fmt: skip
def test_lines_are_where_the_change_puts_them(scope: Scope, expected: Scope) -> None:
    assert carried_scope(scope, [CHANGE]) == expected


def test_a_new_file_has_no_lines_to_carry() -> None:
    scope = Scope(excluded=(("new.py", 2),))
    assert carried_scope(scope, [Change(path="new.py", before=None, after=b"x\ny\n")]) == scope


def test_another_site_that_comes_to_stand_on_the_chosen_line_is_no_second_change(
    repository: Repository, refactorkit: CommandLine
) -> None:
    before = "def f():\n    import json\n    return json\ndef g():\n    import os\n    return os\n"
    repository.commit({"m.py": before})
    document = refactorkit.json("hoist-imports", ".", "--no-gate", "-o", "startup=allow", "--only", "m.py:5")
    changed = {f["line"] for f in document["findings"] if f["status"] == "changed"}
    assert 5 in changed
    assert {g["gate"]: g["ok"] for g in document["verification"]}["second-run"] is True
    assert b"import json" in repository.show("refactorkit/hoist-imports:m.py")
