"""What the knowledge base answers."""

from __future__ import annotations

import pytest

from refactorkit.raise_knowledge import Argument, CallShape, exception_bases, known, normalised

PYTHON = (3, 11)
TEXT = Argument(type="str")
UNKNOWN = Argument()


def literal(value: object) -> Argument:
    return Argument(is_literal=True, value=value)


def call(*positional: Argument, **keywords: Argument) -> CallShape:
    return CallShape(positional, keywords)


@pytest.mark.parametrize(
    ("callee", "shape", "raises", "quality"),
    [
        ("int", call(TEXT), ("ValueError",), "complete"),
        ("int", call(literal(1.5)), (), "complete"),
        ("int", call(Argument(type="float")), ("OverflowError", "ValueError"), "complete"),
        ("int", call(UNKNOWN), ("OverflowError", "ValueError"), "partial"),
        ("open", call(UNKNOWN), ("OSError",), "complete"),
        ("open", call(UNKNOWN, UNKNOWN), ("OSError", "ValueError"), "complete"),
        ("open", call(UNKNOWN, literal("r"), encoding=UNKNOWN), ("LookupError", "OSError"), "complete"),
        ("dict.__getitem__", call(UNKNOWN), ("KeyError",), "complete"),
        ("list.__getitem__", call(Argument(type="slice")), (), "complete"),
    ],
)
def test_what_a_call_raises_depends_on_its_arguments(
    callee: str, shape: CallShape, raises: tuple[str, ...], quality: str
) -> None:
    answer = known(callee, shape, PYTHON)
    assert answer is not None
    assert (answer.raises, answer.quality) == (raises, quality)


def test_starred_arguments_may_be_any_parameter() -> None:
    answer = known("open", CallShape((UNKNOWN,), {}, has_star=True), PYTHON)
    assert answer is not None
    assert answer.raises == ("LookupError", "OSError", "ValueError")


def test_exceptions_have_one_name() -> None:
    assert [normalised(name) for name in ("IOError", "socket.error", "json.decoder.JSONDecodeError")] == [
        "OSError",
        "OSError",
        "json.JSONDecodeError",
    ]


def test_superclasses_come_nearest_first() -> None:
    assert exception_bases("io.UnsupportedOperation") == (
        "OSError",
        "ValueError",
        "Exception",
        "BaseException",
    )
    assert exception_bases("FileNotFoundError") == ("OSError", "Exception", "BaseException")
