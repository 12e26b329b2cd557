"""Golden cases: a folder with what goes in and what must come out, proved on every property that a codemod promises.

`<case>/before/` is a project, `<case>/after/` what the codemod must make of it, whole; without `after/` it must stay
byte-identical. `case.toml` may hold the `level` to run at, `[options]`, and `[[findings]]` with the keys to expect (path,
line, status, reason, level, and any key of the evidence). `{before}` in an option's text stands for that folder.
"""

from __future__ import annotations

import ast
import difflib
import shutil
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from refactorkit import catalogue
from refactorkit.codemod import Codemod
from refactorkit.config import Config, ConfigError, Scope, nearest
from refactorkit.discover import SUFFIXES, Discovered, discover
from refactorkit.environment import find_environment
from refactorkit.model import Failed, Level, Plan, Source
from refactorkit.pipeline import plan
from refactorkit.verify import comments_of
from refactorkit.workspace.disk import DiskWorkspace


class Settings(msgspec.Struct, frozen=True):
    """What case.toml may hold."""

    level: Level = Level.PROVED
    options: dict[str, Any] = {}
    findings: list[dict[str, Any]] = []
    failures: list[dict[str, str]] = []


class Case(msgspec.Struct, frozen=True):
    """One case: the codemod's id, the case's name and its folder."""

    codemod: str
    name: str
    folder: Path

    @property
    def is_noop(self) -> bool:
        """Whether everything must stay as it is."""
        return not (self.folder / "after").is_dir()

    @property
    def settings(self) -> dict[str, Any]:
        """The contents of case.toml, or an empty dict. Raises ConfigError for what can't be read, or means nothing."""
        path = self.folder / "case.toml"
        if not path.is_file():
            return {}
        try:
            found = tomllib.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise ConfigError(f"case.toml can't be read ({error}): correct it") from error
        for key in found:
            if key not in Settings.__struct_fields__:
                raise ConfigError(f"case.toml has no key {key!r}: {nearest(key, Settings.__struct_fields__)}")
        try:
            msgspec.convert(found, Settings)
        except msgspec.ValidationError as error:
            raise ConfigError(f"case.toml: {error}: correct it") from error
        return found

    @property
    def options(self) -> dict[str, Any]:
        """The codemod's options of case.toml."""
        before = str((self.folder / "before").absolute())
        return {
            name: value.replace("{before}", before) if isinstance(value, str) else value
            for name, value in self.settings.get("options", {}).items()
        }


def cases(root: Path, codemod: str | None = None) -> list[Case]:
    """The cases below `root`, a folder such as golden/, sorted: all, or those of one codemod.

    A case without a `before` is one, too: it is wrong, not absent.
    """
    found = []
    for folder in sorted(p for p in root.iterdir() if p.is_dir()):
        identifier = folder.name.replace("_", "-")
        if codemod in (None, identifier):
            found += [
                Case(identifier, c.name, c)
                for c in sorted(folder.iterdir())
                if c.is_dir() and not c.name.startswith((".", "__"))
            ]
    return found


def run(case: Case, jobs: int = 1, folder: Path | None = None) -> tuple[Plan, dict[str, bytes], Discovered]:
    """Apply a case's codemod to its `before`; the plan, the resulting tree and what was discovered.

    `folder` holds local codemods.
    """
    return run_on(_codemod(case, folder), case.folder / "before", _scope(case.settings), jobs)


def run_on(
    codemod: Codemod, before: Path, scope: Scope, jobs: int = 1
) -> tuple[Plan, dict[str, bytes], Discovered]:
    """Apply a codemod to the project in the folder `before`, as `run` does."""
    found = discover(DiskWorkspace(before), (str(before),))
    codemod.located(find_environment(None, before, {}))  # a case's own .venv: nothing of whoever runs it
    made = plan(codemod, found, Config(jobs=jobs, scope=scope))
    return made, tree_after(tree(before), made), found


def _codemod(case: Case, folder: Path | None) -> Codemod:
    return catalogue.create(case.codemod, case.options, folder)


def _scope(settings: Mapping[str, Any]) -> Scope:
    """The level at which the case is run: `level` of case.toml."""
    return Scope(level=Level(settings.get("level", Level.PROVED)))


def tree(root: Path) -> dict[str, bytes]:
    """All files below a folder by relative path."""
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def tree_after(before: dict[str, bytes], made: Plan) -> dict[str, bytes]:
    """The tree with a plan's changes."""
    after = dict(before)
    for change in made.changes:
        if change.after is None:
            del after[change.path]
        else:
            after[change.path] = change.after
    return after


def problems(case: Case, folder: Path | None = None) -> Iterator[str]:
    """What is wrong with a case, in words; nothing when it holds. `folder` holds local codemods."""
    before = case.folder / "before"
    if not tree(before):
        raise ConfigError("there is no file in before/: put in what the codemod gets")
    wanted = tree(before if case.is_noop else case.folder / "after")
    return faults(lambda: _codemod(case, folder), before, wanted, case.settings)


def faults(
    make: Callable[[], Codemod], folder: Path, wanted: Mapping[str, bytes], settings: Mapping[str, Any]
) -> Iterator[str]:
    """What is wrong with what a codemod, new from `make`, does to the project in `folder`: a line or a diff for each.

    `settings` is what case.toml holds beside the options.
    """
    codemod, scope = make(), _scope(settings)
    made, after, found = run_on(codemod, folder, scope)
    before = tree(folder)
    yield from differences(wanted, after)
    yield from _unexpected(settings, made)
    yield from _broken(before, after)
    yield from _failures(settings, made)
    for gate in made.verification:
        if gate.ok is False:
            yield f"the gate {gate.gate} failed: {gate.detail}"
    for change in made.changes:
        if change.before is not None and not codemod.is_project_wide() and not codemod.admits(change.before):
            yield f"the prefilter did not admit {change.path}, which changed"
        if change.before is not None and comments_of(change.before) - comments_of(change.after or b""):
            lost = comments_of(change.before) - comments_of(change.after or b"")
            if set(lost) - set(change.retired):
                yield f"{change.path} lost the comment {min(set(lost) - set(change.retired))!r}"
    other = make()
    other.located(find_environment(None, folder, {}))
    again = plan(other, _replaced(found, after), Config(scope=scope))
    if again.changes:
        yield f"a second run changes {', '.join(c.path for c in again.changes)}"
    if run_on(make(), folder, scope, jobs=2)[1] != after:
        yield "two workers give other bytes than one"


def _failures(settings: Mapping[str, Any], made: Plan) -> Iterator[str]:
    """Files that failed and stand nowhere in case.toml, and those that should have failed."""
    expected = {item["path"]: item.get("error", "") for item in settings.get("failures", ())}
    for failed in made.failures:
        if failed.path not in expected or expected[failed.path] not in failed.error:
            yield f"{failed.path} failed: {failed.error}"
    for path in sorted(expected.keys() - {failed.path for failed in made.failures}):
        yield f"{path} should have failed"


def _replaced(found: Discovered, after: dict[str, bytes]) -> Discovered:
    sources = {
        path: msgspec.structs.replace(source, data=after[path])
        for path, source in found.sources.items()
        if path in after
    }
    for path in after.keys() - found.paths:
        if path.endswith(SUFFIXES):
            sources[path] = Source(path=path, data=after[path])
    return msgspec.structs.replace(found, sources=sources, paths=frozenset(after))


def differences(
    wanted: Mapping[str, bytes], got: Mapping[str, bytes], labels: tuple[str, str] = ("wanted", "got")
) -> Iterator[str]:
    """A unified diff for each file that differs: `-` is what was wanted, `+` what came out.

    What can't be seen is shown: ends of lines other than a line feed, a missing last one, bytes that are not UTF-8.
    """
    for path in sorted(wanted.keys() | got.keys()):
        if wanted.get(path) == got.get(path):
            continue
        sides = [(side, files.get(path)) for side, files in zip(labels, (wanted, got), strict=True)]
        old, new = (_lines(data) for _, data in sides)
        first, second = (f"{side}/{path}" if data is not None else "/dev/null" for side, data in sides)
        yield (
            "\n".join(difflib.unified_diff(old, new, first, second, lineterm="")) or f"{path}: an empty file"
        )


def _lines(data: bytes | None) -> list[str]:
    pieces = (data or b"").split(b"\n")
    lines = [piece.decode("utf-8", "backslashreplace") for piece in pieces]
    shown = [line.replace("\r", "\\r").replace("\f", "\\f").replace("\ufeff", "\\ufeff") for line in lines]
    if shown[-1]:
        shown[-1] += "  \\ no line feed at the end"
        return shown
    return shown[:-1]


def _unexpected(settings: Mapping[str, Any], made: Plan) -> Iterator[str]:
    """Expected findings that are missing; when any are listed, refusals that are not listed."""
    expected = settings.get("findings", [])
    found = [{**f.evidence, **msgspec.to_builtins(f)} for f in made.findings]
    matched: set[int] = set()
    for item in expected:
        hits = [i for i, f in enumerate(found) if all(f.get(key) == value for key, value in item.items())]
        matched.update(hits)
        if not hits:
            yield f"no finding with {item}; there is:\n" + "\n".join(f"  {_brief(f)}" for f in found)
    for index, finding in enumerate(found):
        if finding["status"] == "refused" and index not in matched:
            yield f"this refusal stands nowhere in case.toml: {_brief(finding)}"


def _brief(finding: dict[str, Any]) -> str:
    return f"{finding['path']}:{finding['line']} {finding['status']} {finding['reason']} {finding['message']}"


def _broken(before: dict[str, bytes], after: dict[str, bytes]) -> Iterator[str]:
    for path, data in after.items():
        if path.endswith(SUFFIXES) and _parses(before.get(path, b"")) and not _parses(data):
            yield f"{path} is no longer valid Python"


def _parses(data: bytes) -> bool:
    try:
        ast.parse(data)
    except (SyntaxError, ValueError):
        return False
    return True


def update(case: Case, folder: Path | None = None) -> list[str]:
    """Write a case's `after` from what the codemod does now; the diffs from what was there, none if it was the same."""
    before = tree(case.folder / "before")
    if not before:
        raise ConfigError("there is no file in before/: put in what the codemod gets")
    _, after, _ = run(case, folder=folder)
    target = case.folder / "after"
    old = tree(target) if target.is_dir() else before
    if after == old:
        return []
    shutil.rmtree(target, ignore_errors=True)
    if after != before:
        for path, data in after.items():
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            (target / path).write_bytes(data)
    return list(differences(old, after, ("was", "is")))


__all__ = [
    "Case", "Codemod", "Failed", "cases", "differences", "faults", "problems", "run", "run_on", "tree", "update",
]  # fmt: skip
