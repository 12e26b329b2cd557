"""`assert_codemod` passes where the codemod does what the test says, and fails with a diff where it doesn't."""

from __future__ import annotations

from typing import Any

import pytest

from refactorkit.config import ConfigError
from refactorkit.testing import assert_codemod
from repositories import SAMPLES, WARN, WARNING

FOLDER = SAMPLES.parent
BY_NAME = "from logging import warn\n\nwarn('x')\n"


def check(*arguments: Any, **named: Any) -> Any:
    """`assert_codemod` with the sample codemods."""
    return assert_codemod(*arguments, folder=FOLDER, **named)


def test_one_file_changes_as_it_should() -> None:
    made = check("logging-warn", before=WARN, after=WARNING)
    assert [finding.line for finding in made.findings] == [3]


def test_text_is_dedented_and_bytes_are_not() -> None:
    made = check(
        "logging-warn",
        before="""
            import logging
            logging.warn("x")  # why
        """,
        after="""
            import logging
            logging.warning("x")  # why
        """,
    )
    assert made.changes[0].before == b'import logging\nlogging.warn("x")  # why\n'
    made = check(
        "logging-warn", WARN.encode().replace(b"\n", b"\r\n"), WARNING.encode().replace(b"\n", b"\r\n")
    )
    assert b"\r\n" in made.changes[0].after


def test_several_files_name_only_those_that_change() -> None:
    before = {"pkg/a.py": WARN, "pkg/b.py": "logging = None\n", "c.py": WARN}
    made = check("logging-warn", before, {"pkg/a.py": WARNING, "c.py": WARNING})
    assert [change.path for change in made.changes] == ["c.py", "pkg/a.py"]
    assert_codemod("http-url", {"a.py": "LaxUrl = str\n", "docs/x.md": "LaxUrl"})


def test_options_and_classes_are_taken() -> None:
    from refactorkit import catalogue

    check("logging-warn", WARN, WARN.replace("warn(", "error("), options={"shout": True})
    assert_codemod(catalogue.load("logging-warn", FOLDER), WARN, WARNING)
    with pytest.raises(ConfigError, match="did you mean shout"):
        check("logging-warn", WARN, options={"shuot": True})


def test_without_after_nothing_may_change_and_refusals_can_be_told() -> None:
    check("logging-warn", "import warnings\nwarnings.warn('x')\n", refused=[])
    check("logging-warn", BY_NAME, refused=["imported-by-name"])
    check("logging-warn", BY_NAME)


def test_an_after_that_differs_fails_with_a_diff_and_the_findings() -> None:
    with pytest.raises(AssertionError) as failure:
        check("logging-warn", WARN, WARN)
    assert str(failure.value) == (
        "logging-warn does something else than the test says\n\n"
        "--- wanted/app.py\n+++ got/app.py\n@@ -1,3 +1,3 @@\n import logging\n \n"
        "-logging.warn('x')\n+logging.warning('x')\n\n"
        "its findings:\n  app.py:3 changed: logging.warn is deprecated"
    )


@pytest.mark.parametrize(
    ("arguments", "named", "said"),
    [
        ((WARN,), {}, "+logging.warning('x')"),
        ((BY_NAME, None), {"refused": []}, "wanted the refusals [], got ['imported-by-name']"),
        ((WARN, WARNING), {"refused": ["no-such"]}, "wanted the refusals ['no-such'], got []"),
        (({"a.py": WARN}, {"a.py": WARNING, "b.py": "new = 1\n"}), {}, "--- wanted/b.py\n+++ /dev/null"),
        (({"a.py": WARN, "b.py": "x = 1\n"}, {"a.py": WARNING, "b.py": None}), {}, "--- /dev/null\n+++ got/b.py"),
        ((WARN, WARNING[:-1]), {}, "-logging.warning('x')  \\ no line feed at the end"),
    ],
)  # fmt: skip
def test_what_is_not_as_it_should_be_is_said(arguments: Any, named: Any, said: str) -> None:
    with pytest.raises(AssertionError) as failure:
        check("logging-warn", *arguments, **named)
    assert said in str(failure.value)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("comment", "the gate source failed"),
        ("syntax", "the gate source failed"),
        ("unstable", "the gate second-run failed"),
        ("raises", "app.py failed: LookupError"),
    ],
)
def test_a_codemod_that_misbehaves_fails_the_test(fault: str, said: str) -> None:
    with pytest.raises(AssertionError) as failure:
        check("misbehaves", "old()  # keep\nBAD = 1\n", "new()  # keep\nBAD = 1\n", options={"fault": fault})
    assert said in str(failure.value)


def test_one_text_is_not_enough_after_several_files() -> None:
    with pytest.raises(ValueError, match="name those of `after` too"):
        check("logging-warn", {"a.py": WARN, "b.py": WARN}, WARNING)
