"""Symbols that move to interface modules: what needs what, what stays, and that the result is the same program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from refactorkit import golden
from refactorkit.analysis.interface_plan import checked_name
from refactorkit.analysis.interface_verdicts import Closure, ExtractionReason, Moves, Refusal
from refactorkit.analysis.module_symbols import Kind, module_symbols
from refactorkit.analysis.symbol_closure import HomeModule
from refactorkit.config import ConfigError

ROOT = Path(__file__).parents[1]
CASES = [
    c for c in golden.cases(ROOT / "golden", "hoist-imports") if any(c.folder.glob("after/app/_orders*"))
]


def closure(code: str, *seeds: str) -> Closure | Refusal:
    """What moves with these names of a module."""
    return HomeModule("app/orders.py", module_symbols(code.encode())).closure(seeds)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("A = 1\nB = A\nC = 2\n", ("A", "B")),
        ("def A(): ...\ndef B():\n    return A()\n", ("A", "B")),
        ("class A: ...\nclass B:\n    x: 'list[A]'\n", ("A", "B")),
        ("A = 1\ndef B(A):\n    return A\n", ("B",)),
        ("A = 1\ndef B():\n    A = 2\n    return A\n", ("B",)),
        ("A = 1\nclass B:\n    A = A\n", ("A", "B")),
        ("A = 1\nB = [A for A in range(3)]\n", ("B",)),
        ("from typing import cast\nclass A: ...\ndef B(x):\n    return cast('A', x)\n", ("A", "B")),
    ],
)
def test_a_name_takes_along_what_its_module_defines_for_it(code: str, names: tuple[str, ...]) -> None:
    found = closure(code, "B")
    assert isinstance(found, Closure)
    assert found.names == names


def test_imports_are_told_apart_by_whether_they_run() -> None:
    code = "import os\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from x import Y\ndef B(y: 'Y'):\n    return os\n"
    found = closure(code, "B")
    assert isinstance(found, Closure)
    assert (found.runtime, found.typing) == (("TYPE_CHECKING", "os"), ("Y",))


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("B = 1\nB = 2\n", ExtractionReason.SYMBOL_REBOUND),
        ("A = 1\ndef B():\n    global A\n    A = 2\n", ExtractionReason.SYMBOL_REBOUND),
        ("class B: ...\ndef f(): ...\nB.f = f\n", ExtractionReason.SYMBOL_FINISHED),
        ("def __getattr__(name): ...\nclass B: ...\n", ExtractionReason.FIXED_MODULE),
        ("# coding: latin-1\nclass B: ...\n", ExtractionReason.FIXED_MODULE),
        ("import sys\ndef B():\n    return sys.modules\n", ExtractionReason.MODULE_IDENTITY),
        ("import inspect\ndef B():\n    return inspect.currentframe()\n", ExtractionReason.MODULE_IDENTITY),
        ("try:\n    import q\nexcept ImportError:\n    q = None\ndef B():\n    return q\n", ExtractionReason.CONDITIONAL_DEFINITION),
        ("A = 1; B = 2\n", ExtractionReason.CONDITIONAL_DEFINITION),
        ("import x\nx.prepare()\n@x.known\ndef B(): ...\n", ExtractionReason.REGISTRATION_ORDER),
    ],
)  # fmt: skip
def test_what_is_tied_to_its_module_stays(code: str, reason: str) -> None:
    found = closure(code, "B")
    assert isinstance(found, Refusal)
    assert found.reason == reason


def test_a_statement_that_completes_only_what_moves_comes_along() -> None:
    code = "class B: ...\nB.x = 1\nB.rebuild()\n"
    found = closure(code, "B")
    assert isinstance(found, Closure)
    assert found.moved == (0, 1, 2)


def test_a_string_alone_documents_the_assignment_above_it() -> None:
    symbols = module_symbols(b'"""The module."""\nB = 1\n"""B."""\nC = 2\n')
    assert [s.kind for s in symbols.statements] == ["docstring", "assignment", "docstring", "assignment"]
    assert symbols.statements[0].kind is Kind.DOCSTRING
    found = HomeModule("a.py", symbols).closure(["B"])
    assert isinstance(found, Closure)
    assert found.moved == (1, 2)


@pytest.mark.parametrize("template", ["{nothing}", "{module", "a b", "{0}"])
def test_a_template_that_makes_no_name_is_refused(template: str) -> None:
    with pytest.raises(ConfigError, match="interface-name"):
        checked_name(template)


def test_a_line_that_moved_is_found_where_it_was() -> None:
    moves = Moves(interfaces=("n.py",), origins={"n.py": ("a.py", (0, 7))})
    assert moves.origin("n.py", 2) == ("a.py", 7)
    assert moves.origin("b.py", 2) == ("b.py", 2)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_module_of_a_case_still_imports_and_old_paths_give_the_same_object(case: golden.Case) -> None:
    after = case.folder / "after"
    new = next(path.stem for path in after.glob("app/_orders*"))
    for first in ("orders", "billing", new):
        code = (
            f"import app.{first}, app.orders, app.billing, app.{new} as new\n"
            "names = [n for n in vars(new) if getattr(vars(new)[n], '__module__', '').startswith('app')]\n"
            "assert names and all(getattr(app.orders, n) is getattr(new, n) for n in names)\n"
        )
        done = subprocess.run(
            [sys.executable, "-B", "-c", code],
            cwd=after,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr


def test_there_are_cases_to_import() -> None:
    assert len(CASES) >= 6
