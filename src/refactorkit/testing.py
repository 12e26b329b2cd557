"""Tests of codemods in one line, for their authors.

    from refactorkit.testing import assert_codemod

    def test_calls_are_renamed() -> None:
        assert_codemod("logging-warn", before="import logging\\nlogging.warn('x')\\n",
                       after="import logging\\nlogging.warning('x')\\n")

Without `after` nothing may change. It proves what a golden case proves, too: what comes out is valid Python, keeps every
comment, stays as it is in a second run, and only files that the prefilter admits have changed.
"""

from __future__ import annotations

import tempfile
import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from refactorkit import catalogue, golden
from refactorkit.codemod import Codemod
from refactorkit.config import Scope
from refactorkit.model import Level, Plan, Status

FILE = "app.py"
"""What a file is called that comes without a name."""

Text = str | bytes
Files = Text | Mapping[str, Text]
Changed = Text | Mapping[str, Text | None]

_folder: Path | None = None


def look_in(folder: Path | None) -> None:
    """From now on in this process, look ids up in this folder of codemods too. The pytest plugin calls it."""
    global _folder
    _folder = folder


def assert_codemod(
    codemod: str | type[Codemod],
    before: Files,
    after: Changed | None = None,
    *,
    options: Mapping[str, Any] | None = None,
    level: Literal["proved", "observed", "suggested"] = "proved",
    refused: Iterable[str] | None = None,
    folder: str | Path | None = None,
) -> Plan:
    """Fail with a diff unless the codemod makes `after` of `before`; the plan, to look into its findings.

    `codemod` is an id or a class. `before` is one file or a project, files by path; text is dedented, bytes are taken
    as they are. `after` holds the files that come out differently, None for one that is gone; all others, and all
    without it, must stay as they are. `options` are written as in TOML. `refused` are the reason codes that the codemod
    must give, once for each site; None doesn't look at them. `folder` holds the codemods to look an id up in.

    Raises AssertionError, and ConfigError for an id or an option that there isn't.
    """
    __tracebackhide__ = True
    cls = (
        codemod if isinstance(codemod, type) else catalogue.load(codemod, Path(folder) if folder else _folder)
    )
    project = _project(before)
    wanted = _with(project, after)
    with tempfile.TemporaryDirectory(prefix="refactorkit-test-") as place:
        for path, data in project.items():
            (Path(place) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(place) / path).write_bytes(data)
        made, _, _ = golden.run_on(_new(cls, options), Path(place), Scope(level=Level(level)))
        expected = [_key(f) for f in made.findings if f.status is Status.REFUSED]
        settings = {"level": level, "findings": expected}
        wrong = list(golden.faults(lambda: _new(cls, options), Path(place), wanted, settings))
    wrong += _refusals(made, refused)
    if wrong:
        raise AssertionError(_message(cls, made, wrong))
    return made


def _new(cls: type[Codemod], options: Mapping[str, Any] | None) -> Codemod:
    return catalogue.configure(cls, options or {})


def _project(files: Files) -> dict[str, bytes]:
    named = files if isinstance(files, Mapping) else {FILE: files}
    return {path: _bytes(text) for path, text in named.items()}


def _with(project: Mapping[str, bytes], after: Changed | None) -> dict[str, bytes]:
    """The project with the files of `after` in place of its own."""
    if after is None:
        return dict(project)
    named: Mapping[str, Text | None]
    if isinstance(after, Mapping):
        named = after
    elif len(project) == 1:
        named = dict.fromkeys(project, after)
    else:
        raise ValueError("`before` has several files: name those of `after` too, as in {'app.py': ...}")
    gone = {path for path, text in named.items() if text is None}
    changed = {path: _bytes(text) for path, text in named.items() if text is not None}
    return {path: data for path, data in (dict(project) | changed).items() if path not in gone}


def _bytes(text: Text) -> bytes:
    return text if isinstance(text, bytes) else textwrap.dedent(text).removeprefix("\n").encode()


def _key(finding: Any) -> dict[str, Any]:
    return {"path": finding.path, "line": finding.line, "column": finding.column, "reason": finding.reason}


def _refusals(made: Plan, refused: Iterable[str] | None) -> list[str]:
    if refused is None:
        return []
    wanted, got = sorted(refused), sorted(f.reason or "" for f in made.findings if f.status is Status.REFUSED)
    return [] if wanted == got else [f"wanted the refusals {wanted}, got {got}"]


def _message(cls: type[Codemod], made: Plan, wrong: Iterable[str]) -> str:
    """Everything that is wrong, then what the codemod said about each site."""
    said = [
        f"  {f.path}:{f.line} {f.status}{f' {f.reason}' if f.reason else ''}: {f.message}"
        for f in made.findings
    ]
    ledger = "\n".join(["its findings:", *said]) if said else "it has no findings"
    return "\n\n".join([f"{cls.identifier()} does something else than the test says", *wrong, ledger])


__all__ = ["assert_codemod", "look_in"]
