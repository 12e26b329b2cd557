"""The benchmarks of the knowledge base: handlers of humans made broad and recovered, and which callees are known."""

from __future__ import annotations

import ast

import pytest

from bench import callees, recover
from bench.handlers import made_broad
from refactorkit.demo import SubjectUnavailable, subject_archive

SEVERAL = b"""def f(d, k):
    try:
        return int(d[k])
    except (KeyError,
            IndexError):  # missing
        return 0
    except ValueError as error:
        print(error)
        return 1
    finally:
        print()
try:
    f()
except Exception:
    pass
"""


def test_all_handlers_of_a_try_become_one_broad_one_and_no_line_moves() -> None:
    tries, broad = made_broad(SEVERAL)
    assert [(one.line, one.statements) for one in tries] == [(2, 1)]
    assert broad.count(b"\n") == SEVERAL.count(b"\n")
    handlers = [node for node in ast.walk(ast.parse(broad)) if isinstance(node, ast.ExceptHandler)]
    assert [ast.unparse(handler.type) for handler in handlers if handler.type] == ["Exception", "Exception"]


def judged(text: str) -> list[recover.Judged]:
    """The tries of one module."""
    return list(recover.judged("sample", {"sample.py": text.encode()}).judged)


def test_a_type_is_found_when_a_superclass_of_it_is_ours() -> None:
    (one,) = judged(
        "def read(path: str) -> str:\n"
        "    try:\n        return open(path).name\n    except FileNotFoundError:\n        return ''\n"
    )
    assert (one.human, one.missed, one.wrong) == (("FileNotFoundError",), (), ())


def test_a_type_that_cannot_arrive_is_a_miss() -> None:
    (one,) = judged(
        "def read(text: str) -> int:\n"
        "    try:\n        return int(text)\n    except (KeyError, ValueError):\n        return 0\n"
    )
    assert (one.is_proved, one.ours, one.missed) == (True, ("ValueError",), ("KeyError",))


def test_a_broad_type_under_another_name_is_no_narrow_handler() -> None:
    text = (
        "Broad = Exception\n"
        "def read(text: str) -> int:\n"
        "    try:\n        return int(text)\n    except Broad:\n        return 0\n"
    )
    assert judged(text) == []
    assert [one.human for one in judged(text.replace("= Exception", "= ValueError"))] == [("ValueError",)]


def test_guards_against_programming_errors_are_counted_by_themselves() -> None:
    tally = recover.judged(
        "sample",
        {
            "sample.py": b"def read(text: str) -> int:\n    try:\n        return int(text)\n"
            b"    except (TypeError, ValueError):\n        return 0\n"
        },
    )
    assert tally.counted() == []
    assert tally.guards()[1] == 1


def test_a_name_of_a_type_that_refers_to_itself_is_no_endless_loop() -> None:
    (one,) = judged(
        "from typing import Dict, List, Union\n"
        "Tree = Union[str, List['Tree'], Dict[str, 'Tree']]\n"
        "def first(tree: Tree):\n    try:\n        return tree[0]\n    except IndexError:\n        return None\n"
    )
    assert not one.missed


@pytest.mark.parametrize(("star", "is_proved"), [("os", True), ("multiprocessing", False), ("other", False)])
def test_a_star_import_of_the_standard_library_leaves_builtin_exceptions_alone(
    star: str, is_proved: bool
) -> None:
    (one,) = judged(
        f"import socket\nfrom {star} import *\n"
        "def wait(it: socket.socket) -> None:\n"
        "    try:\n        [].pop()\n        raise TimeoutError\n    except (TimeoutError, IndexError):\n        print()\n"
    )
    assert one.is_proved == is_proved


@pytest.mark.network
def test_most_uses_in_the_try_bodies_of_a_large_project_are_known() -> None:
    try:
        files = dict(subject_archive("prefect"))
    except SubjectUnavailable as error:
        pytest.skip(str(error))
    part, whole = callees.uses("prefect", files).known()
    assert whole > 500
    assert part / whole >= 0.98
