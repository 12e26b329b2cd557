"""What the knowledge base answers."""

from __future__ import annotations

import pytest

from refactorkit.raise_knowledge import Argument, CallShape, attribute, exception_bases, known, normalised

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


@pytest.mark.parametrize(
    ("callee", "type_"),
    [
        ("os.stat", "os.stat_result"),
        ("str.split", "list[str]"),
        ("re.compile", "re.Pattern"),
        ("open", "io.TextIOWrapper"),
        ("os.getcwd", "str"),
        ("pathlib.Path.read_text", "str"),
        ("json.loads", None),
    ],
)
def test_what_a_call_returns_is_known_where_it_is_always_the_same(callee: str, type_: str | None) -> None:
    answer = known(callee, CallShape(), PYTHON)
    assert answer is not None
    assert answer.returns == type_


def test_plain_data_has_a_type() -> None:
    assert attribute("os.stat_result", "st_mtime") == "float"
    assert attribute("sys", "argv") == "list[str]"
    assert attribute("re", "I") == "re.RegexFlag"
    assert attribute("urllib.parse.SplitResult", "port") is None


def test_modules_of_the_standard_library_are_there_or_not() -> None:
    answer = known("import:termios", CallShape(), PYTHON)
    assert answer is not None
    assert (answer.raises, answer.quality) == (("ImportError",), "complete")
    assert known("import:numpy", CallShape(), PYTHON) is None


@pytest.mark.parametrize(
    ("python", "raises"),
    [((3, 11), ("queue.Empty", "queue.ShutDown")), ((3, 13), ("queue.Empty", "queue.ShutDown"))],
)
def test_newer_versions_count_too(python: tuple[int, int], raises: tuple[str, ...]) -> None:
    answer = known("queue.Queue.get_nowait", CallShape(), python)
    assert answer is not None
    assert answer.raises == raises


def test_what_older_versions_raised_does_not_count() -> None:
    old, new = (known("pathlib.Path.resolve", CallShape(), version) for version in ((3, 12), (3, 13)))
    assert old is not None
    assert new is not None
    assert (old.raises, new.raises) == (("OSError", "RuntimeError"), ("OSError",))
