"""Replay: what was recorded against what narrowed handlers would still catch."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from refactorkit.config import ConfigError
from refactorkit.model import Level, Status
from refactorkit.observation.recording import Arrived, Handler, Observations, Seen, digest
from refactorkit.observation.replaying import Uncaught, findings_of, uncaught

SOURCE = b"""\
import json, queue
import urllib.error as ue
from requests import Timeout as Late
from .errors import AppError
class Own(Exception): pass
try:
    f()
except Exception:
    pass
"""


def finding(*exceptions: str, status: str = "changed", line: int = 8) -> dict[str, Any]:
    """A finding as `--output-format json` prints it."""
    return {
        "path": "src/app/io.py", "line": line, "column": 0, "end_line": line, "status": status, "level": "proved",
        "reason": None, "message": "m", "evidence": {"exceptions": list(exceptions)},
    }  # fmt: skip


def replayed(finding: dict[str, Any], *types: Arrived) -> tuple[Uncaught, ...]:
    """What a handler with these recorded types would let pass."""
    handler = Handler(types=types)
    seen = Observations(sources={digest(SOURCE): Seen(path="src/app/io.py", handlers={8: handler})})
    data = msgspec.json.encode({"schema": "refactorkit/plan/1", "findings": [finding]}) + b"\n"
    return uncaught(findings_of(data, "plan.json"), seen, lambda path: SOURCE)


def arrived(name: str, *bases: str, count: int = 1, injected: int = 0) -> Arrived:
    """A recorded type."""
    return Arrived(type=name, bases=(*bases, "Exception", "BaseException"), count=count, injected=injected)


@pytest.mark.parametrize(
    ("written", "type_", "bases"),
    [
        ("OSError", "FileNotFoundError", ("OSError",)),
        ("IOError", "OSError", ()),
        ("json.JSONDecodeError", "json.decoder.JSONDecodeError", ("ValueError",)),
        ("queue.Empty", "_queue.Empty", ()),
        ("ue.URLError", "urllib.error.HTTPError", ("urllib.error.URLError", "OSError")),
        ("Late", "requests.exceptions.ReadTimeout", ("requests.exceptions.Timeout", "OSError")),
        ("AppError", "app.errors.AppError", ()),
        ("Own", "app.io.Own", ()),
        ("Exception", "KeyError", ("LookupError",)),
        ("zlib.error", "zlib.error", ()),
    ],
)
def test_a_type_that_the_names_cover_is_no_trouble(written: str, type_: str, bases: tuple[str, ...]) -> None:
    assert replayed(finding(written), arrived(type_, *bases)) == ()


@pytest.mark.parametrize(
    ("written", "type_", "bases"),
    [
        ("KeyError", "IndexError", ("LookupError",)),
        ("FileNotFoundError", "PermissionError", ("OSError",)),
        ("Late", "aiohttp.Timeout", ()),
        ("Own", "Own", ()),
        ("json.JSONDecodeError", "simplejson.JSONDecodeError", ("ValueError",)),
    ],
)
def test_a_type_outside_is_listed(written: str, type_: str, bases: tuple[str, ...]) -> None:
    (found,) = replayed(finding(written), arrived(type_, *bases))
    assert (found.path, found.line, found.level, found.exceptions) == (
        "src/app/io.py",
        8,
        Level.PROVED,
        (written,),
    )
    assert found.arrived.type == type_
    assert (found.is_injected, found.is_assumed) == (False, False)


def test_what_only_tests_raised_and_what_proofs_assume_is_told_apart() -> None:
    types = (
        arrived("KeyError", count=2, injected=2),
        arrived("TypeError"),
        arrived("ValueError", count=2, injected=1),
    )
    found = replayed(finding("OSError"), *types)
    assert [(one.arrived.type, one.is_injected, one.is_assumed) for one in found] == [
        ("KeyError", True, False), ("TypeError", False, True), ("ValueError", False, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change", [{"status": Status.REFUSED}, {"line": 7}, {"evidence": {}}, {"evidence": {"exceptions": []}}]
)
def test_only_handlers_that_would_be_narrowed_count(change: dict[str, Any]) -> None:
    assert replayed({**finding("OSError"), **change}, arrived("KeyError")) == ()


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"findings": 1}', b"\xff"])
def test_what_is_no_plan_is_one_line(data: bytes) -> None:
    with pytest.raises(ConfigError, match=r"^p\.json is no plan .*: make one with `apply narrow-except"):
        findings_of(data, "p.json")
