"""Walking a file: names are looked up in scopes, and what libcst loses is put back."""

from __future__ import annotations

import pytest

from refactorkit import catalogue
from refactorkit.config import Scope
from refactorkit.model import Change, Failed, Source, Status, Unchanged
from refactorkit.nesting import is_too_deep
from refactorkit.walk import restored
from repositories import SAMPLES


def walked(text: str | bytes) -> Change | Unchanged | Failed:
    codemod = catalogue.create("logging-warn", {}, SAMPLES.parent)
    data = text.encode() if isinstance(text, str) else text
    outcome = codemod.rewrite(Source(path="a.py", data=data), None, Scope())
    assert isinstance(outcome, Change | Unchanged | Failed)
    return outcome


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("import logging\nlogging.warn(1)\n", True),
        ("import logging as log\nlog.warn(1)\n", True),
        ("def f():\n    import logging\n    logging.warn(1)\n", True),
        ("import logging.handlers\nlogging.warn(1)\n", True),
        ("logging.warn(1)\n", False),
        ("import logging\ndef f(logging):\n    logging.warn(1)\n", False),
        ("import logging\nlogging = other\nlogging.warn(1)\n", False),
        ("import logging\nlogging.getLogger().warn(1)\n", False),
        ("class logging:\n    warn = 1\nlogging.warn(1)\n", False),
        ("import logging\nlogging.handlers = 1\nlogging.warn(1)\n", True),
        ("from app import logging\nlogging.warn(1)\n", False),
        ("import logging\nx = 'logging.warn(1)'  # logging.warn(1)\n", False),
        ("import logging\nf = logging.warn\n", False),
    ],
)
def test_a_call_is_known_by_its_scope(text: str, changes: bool) -> None:
    assert isinstance(walked(text), Change) is changes


def test_nested_sites_have_a_finding_each_in_order() -> None:
    outcome = walked("import logging\nlogging.warn(\n    logging.warn(1),\n)\n")
    assert isinstance(outcome, Change)
    assert [(f.line, f.end_line, f.column, f.status) for f in outcome.findings] == [
        (3, 3, 4, Status.CHANGED),
        (2, 4, 0, Status.CHANGED),
    ]


def test_a_suppressed_site_keeps_the_changes_inside_of_it() -> None:
    outcome = walked("import logging\nlogging.warn(  # refactorkit: ignore\n    logging.warn(1),\n)\n")
    assert isinstance(outcome, Change)
    assert (
        outcome.after == b"import logging\nlogging.warn(  # refactorkit: ignore\n    logging.warning(1),\n)\n"
    )
    assert [f.status for f in outcome.findings] == [Status.CHANGED, Status.SUPPRESSED]


@pytest.mark.parametrize(
    "text",
    [
        b"\x0cimport logging\n\x0c\nlogging.warn(1)\n",
        b"import logging\n\x0clogging.warn(1)\n\x0c",
        b"import logging\rlogging.warn(1)\r",
        b"import logging\r\nlogging.warn(1)\r\n\r\n",
        b"\xef\xbb\xbfimport logging\nlogging.warn(1)",
        b"import logging\nif 1:\n\t \tlogging.warn( 1 )  \n\n\n",
        b"import logging\nlogging.warn(1); x = 1;\n\\\n\n",
    ],
)
def test_no_byte_beside_the_change_is_lost(text: bytes) -> None:
    outcome = walked(text)
    assert isinstance(outcome, Change), outcome
    assert outcome.after == text.replace(b".warn", b".warning")


def test_what_cannot_be_put_back_is_an_error() -> None:
    assert restored(b"\x0ca\nb\n", b"a\nb\n", b"A\nb\n") == b"\x0cA\nb\n"
    with pytest.raises(ValueError, match="line 1"):
        restored(b"\x0ca\nb\n", b"a\nb\n", b"A\nA\nb\n")
    with pytest.raises(ValueError, match="does not keep"):
        restored(b"a\x0c\nb\n", b"a\n\nb\n", b"A\nb\n")


def test_nesting_is_judged_before_libcst_sees_it() -> None:
    assert is_too_deep(b"x = " + b"(" * 3000 + b"1" + b")" * 3000)
    assert is_too_deep(b"print 'x'\n" + b"(" * 300)
    assert is_too_deep(b"x = 1" + b" + 1" * 50_000)
    assert not is_too_deep(b"print 'x'\n" + b"(1)\n" * 3000)
    assert is_too_deep(b"print 'x'\n" + b"(1)" * 3000)
    assert not is_too_deep(b"x = " + b"(" * 100 + b"1" + b")" * 100)
