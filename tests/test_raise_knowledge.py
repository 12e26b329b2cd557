"""What the knowledge base answers."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

import pytest

from interpreters import interpreter
from refactorkit.raise_knowledge import (
    Argument,
    CallShape,
    attribute,
    collect,
    exception_bases,
    is_named,
    known,
    normalised,
)

EXCEPTIONS = (Path(collect.__file__).parent / "exceptions.toml").read_text("utf-8")
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


@pytest.mark.parametrize("version", ["3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13"])
def test_every_name_exists_where_it_is_said_to(version: str) -> None:
    python = interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version} here")
    oldest = (3, int(version.partition(".")[2]))
    names = [n for n in tomllib.loads(EXCEPTIONS)["bases"] if is_named(n, oldest) and not _is_of_few(n)]
    assert len(names) > 150
    assert set(names) - collect.having(python, names)[1] <= set(collect.LATE)


@pytest.mark.parametrize("name", sorted(collect.APART))
@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13"])
def test_a_timeout_is_another_class_until_it_is_said_to_be_the_same(version: str, name: str) -> None:
    python = interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version} here")
    module, _, last = name.rpartition(".")
    show = f"import {module}; print({module}.{last} is TimeoutError, *[c.__name__ for c in {module}.{last}.__mro__])"
    said = subprocess.run([python, "-c", show], capture_output=True, text=True, check=True).stdout.split()
    oldest = (3, int(version.partition(".")[2]))
    assert (said[0] == "True") == (normalised(name, oldest) == "TimeoutError")
    bases = {base.rpartition(".")[2] for base in exception_bases(name, oldest)}
    assert bases <= set(said[1:])


def _is_of_few(name: str) -> bool:
    """Whether a name may well be missing: private ones, and those of modules that are going, optional or tests."""
    few = (
        "_",
        "test.",
        "distutils.",
        "lib2to3.",
        "curses",
        "dbm.",
        "ossaudiodev.",
        "nis.",
        "interpreters.",
        "asyncore.",
    )
    removed = (
        "aifc.",
        "audioop.",
        "cgi",
        "crypt",
        "mailcap.",
        "sunau.",
        "telnetlib",
        "uu.",
        "imp.",
        "smtpd.",
        "nntplib.",
        "xdrlib.",
        "tokenize.StopTokenizing",
    )
    return name.startswith((*few, *removed)) or "._" in name
