"""Recordings: what is kept by source, how runs add up, and what makes a likely boundary."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactorkit.config import ConfigError
from refactorkit.observation.recording import (
    Arrived,
    Handler,
    Observations,
    Seen,
    digest,
    encode,
    families,
    load,
    merged,
)

SOURCE = b"try:\n    f()\nexcept Exception:\n    pass\n"


def arrived(name: str, *bases: str, count: int = 1, injected: int = 0) -> Arrived:
    """A type with its base classes."""
    return Arrived(type=name, bases=(*bases, "Exception", "BaseException"), count=count, injected=injected)


def recorded(*types: Arrived, source: bytes = SOURCE, path: str = "a.py", left_out: int = 0) -> Observations:
    """A recording of one handler on line 3."""
    handler = Handler(types=types, left_out=left_out)
    return Observations(sources={digest(source): Seen(path=path, handlers={3: handler})})


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    made = recorded(arrived("KeyError", "LookupError", count=3, injected=1), left_out=2)
    (tmp_path / "r.json").write_bytes(encode(made))
    read = load(tmp_path / "r.json")
    assert read == made
    seen = read.at(SOURCE, 3)
    assert seen is not None
    assert (seen.entered, seen.left_out, [t.type for t in seen.types]) == (5, 2, ["KeyError"])
    assert seen.types[0].is_a("LookupError")
    assert not seen.types[0].is_a("OSError")


def test_a_handler_that_no_run_entered_has_no_record() -> None:
    made = recorded(arrived("KeyError"))
    assert made.at(SOURCE, 4) is None
    assert [seen.line for seen in made.handlers(SOURCE)] == [3]


def test_what_was_seen_in_another_version_of_the_source_is_ignored() -> None:
    made = recorded(arrived("KeyError"))
    assert made.at(SOURCE + b"\n", 3) is None
    assert made.handlers(SOURCE + b"\n") == ()


def test_line_ends_make_no_other_version() -> None:
    assert recorded(arrived("KeyError")).at(SOURCE.replace(b"\n", b"\r\n"), 3) is not None


def test_a_missing_file_is_an_empty_recording(tmp_path: Path) -> None:
    assert load(tmp_path / "none.json") == Observations()


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"\xff", b'{"sources": 3}', b'{"schema": "refactorkit/observed/9"}']
)
def test_a_file_that_is_no_recording_is_one_line(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "r.json").write_bytes(data)
    with pytest.raises(ConfigError, match=r"r\.json is .*: remove it and record again"):
        load(tmp_path / "r.json")


def test_runs_add_up() -> None:
    one = recorded(arrived("KeyError", count=2, injected=1), left_out=1)
    other = recorded(arrived("KeyError", count=3), arrived("OSError"), left_out=1)
    both = merged(one, other).at(SOURCE, 3)
    assert both is not None
    assert [(t.type, t.count, t.injected) for t in both.types] == [("KeyError", 5, 1), ("OSError", 1, 0)]
    assert both.entered == 8


def test_a_newer_version_of_a_file_replaces_what_the_older_saw() -> None:
    older, newer = recorded(arrived("KeyError")), recorded(arrived("OSError"), source=SOURCE + b"\n")
    elsewhere = recorded(arrived("TypeError"), source=b"\n" + SOURCE, path="b.py")
    made = merged(merged(older, elsewhere), newer)
    assert made.at(SOURCE, 3) is None
    assert sorted(seen.path for seen in made.sources.values()) == ["a.py", "b.py"]


def test_types_with_a_base_class_below_exception_are_one_family() -> None:
    types = [
        arrived("KeyError", "LookupError"),
        arrived("IndexError", "LookupError"),
        arrived("FileNotFoundError", "OSError"),
        arrived("OSError"),
        arrived("lib.Both", "OSError", "ValueError"),
        arrived("ValueError"),
        Arrived(type="Exception", bases=("BaseException",)),
    ]
    assert families(types) == (
        ("Exception",),
        ("FileNotFoundError", "OSError", "ValueError", "lib.Both"),
        ("IndexError", "KeyError"),
    )


def test_a_handler_that_saw_many_unrelated_types_is_a_likely_boundary() -> None:
    few = recorded(*(arrived(name) for name in ("KeyError", "OSError", "TypeError", "ValueError")))
    many = merged(few, recorded(arrived("lib.Error")))
    seen = few.at(SOURCE, 3), many.at(SOURCE, 3)
    assert [one is not None and one.is_likely_boundary for one in seen] == [False, True]
