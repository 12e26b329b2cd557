"""Applying codemods to a workspace: plan each, publish it, hand it out. One run of `refactorkit apply`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from refactorkit import catalogue, config
from refactorkit.codemod import Codemod
from refactorkit.config import Config, ConfigError, Scope
from refactorkit.discover import Discovered, discover
from refactorkit.model import Level, Plan, Verification
from refactorkit.pipeline import Progress, plan
from refactorkit.report.commit_message import message
from refactorkit.workspace import Workspace, open_workspace


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What `apply` was asked for. `options` holds the `-o` pairs; `branch` None means `refactorkit/<id>`."""

    codemods: tuple[str, ...]
    paths: tuple[str, ...]
    options: tuple[tuple[str, str], ...] = ()
    dry_run: bool = False
    in_place: bool = False
    base: str = "HEAD"
    branch: str | None = None
    stack: bool = False
    level: str | None = None
    only: tuple[str, ...] = ()
    since: str | None = None
    changed_lines: bool = False
    verify: str | None = None
    jobs: int = 1
    config_file: Path | None = None
    isolated: bool = False


class VerificationFailed(Exception):
    """`--verify` said no and nothing was committed; exit code 4. `plan` is what would have been."""

    def __init__(self, message: str, plan: Plan) -> None:
        super().__init__(message)
        self.plan = plan


def apply(
    request: Request, cwd: Path, warn: Callable[[str], None], progress: Progress | None = None
) -> Iterator[Plan]:
    """One finished plan for each codemod, in the order asked for; each is written before the next begins.

    Raises ConfigError or WorkspaceError for input that can't be worked on, before anything is written.
    """
    settings, folder = _settings(request)
    workspace = open_workspace(cwd, request.base, request.in_place, not request.dry_run)
    start = time.perf_counter()
    found = discover(workspace, request.paths, settings)
    seconds = time.perf_counter() - start
    run = _config(request, found, workspace)
    codemods = [_codemod(identifier, request, found, folder) for identifier in request.codemods]
    if workspace.base is not None:
        for line in workspace.warnings([workspace.relative(path) for path in request.paths]):
            warn(line)
    if request.in_place or not request.dry_run:
        _check_request(request)
    for codemod in codemods:
        made = plan(codemod, found, run, progress)
        made = msgspec.structs.replace(
            made,
            base=workspace.base,
            seconds=msgspec.structs.replace(
                made.seconds, discover=round(seconds, 4), total=made.seconds.total + seconds
            ),
        )
        made = _verified(request, workspace, made)
        if not request.dry_run and made.changes:
            made = _publish(request, workspace, codemod, made, run)
        yield made
        if request.stack or request.in_place:
            found = _after(found, made)
            workspace.base = made.commit or workspace.base


def _check_request(request: Request) -> None:
    if request.branch and len(request.codemods) > 1 and not request.stack:
        raise ConfigError(
            "--branch names one branch and there are several codemods: add --stack, or apply one at a time"
        )


def _settings(request: Request) -> tuple[config.Settings | None, Path | None]:
    """The settings that a flag names, and the folder of codemods that such a file may name."""
    if request.isolated:
        return config.Settings(), None
    if request.config_file is None:
        return None, None
    try:
        data = request.config_file.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"--config {request.config_file} can't be read: {error.strerror}: check the path"
        ) from error
    settings = config.load_settings(data, str(request.config_file))
    folder = request.config_file.parent / settings.codemods_folder if settings.codemods_folder else None
    return settings, folder


def _config(request: Request, found: Discovered, workspace: Workspace) -> Config:
    changed = None
    if request.since is not None:
        from refactorkit.workspace.git import GitWorkspace

        if not isinstance(workspace, GitWorkspace):
            raise ConfigError("--since needs a git repository and a commit to read: leave --in-place out")
        changed = workspace.changed_since(request.since, request.changed_lines)
    elif request.changed_lines:
        raise ConfigError("--changed-lines needs --since REF: say since when")
    only = tuple(_place(place, workspace) for place in request.only)
    return Config(
        paths=tuple(workspace.relative(path) for path in request.paths),
        scope=Scope(only=only, changed=changed),
        level=Level(request.level) if request.level else found.settings.level,
        since=request.since,
        jobs=request.jobs,
    )


def _place(place: str, workspace: Workspace) -> tuple[str, int | None]:
    path, colon, line = place.rpartition(":")
    if colon and line.isdigit():
        return workspace.relative(path), int(line)
    return workspace.relative(place), None


def _codemod(identifier: str, request: Request, found: Discovered, folder: Path | None) -> Codemod:
    named = set(found.settings.codemods)
    known = set(catalogue.identifiers(folder)) if named - {identifier} else named
    unknown = named - known
    if unknown:
        raise ConfigError(
            f"[tool.refactorkit.codemods.{min(unknown)}] names no codemod: there is {', '.join(sorted(known))}"
        )
    given = dict(found.settings.codemods.get(identifier, {}))
    given.update(request.options)
    return catalogue.create(identifier, given, folder)


def _verified(request: Request, workspace: Workspace, made: Plan) -> Plan:
    """The plan with the result of `--verify`, which runs in a temporary worktree of the result."""
    if request.verify is None or not made.changes:
        return made
    from refactorkit.workspace.git import GitWorkspace
    from refactorkit.workspace.worktree import run_in_worktree

    if not isinstance(workspace, GitWorkspace):
        line = Verification(
            gate="command", ok=None, detail="--verify needs a git repository to make a worktree of"
        )
    else:
        code, output = run_in_worktree(workspace, made, request.verify)
        last = "; ".join(output.strip().splitlines()[-3:])
        line = Verification(
            gate="command",
            ok=code == 0,
            detail=f"{request.verify} exited {code}{': ' + last if code else ''}",
        )
    made = msgspec.structs.replace(made, verification=(*made.verification, line))
    if line.ok is False:
        raise VerificationFailed(f"nothing was committed: {line.detail}", made)
    return made


def _publish(request: Request, workspace: Workspace, codemod: Codemod, made: Plan, run: Config) -> Plan:
    branch = None if request.in_place else request.branch or f"refactorkit/{_stem(request, codemod)}"
    text = message(made, codemod.summary(made), _why(codemod), run)
    return workspace.publish(made, text, branch)


def _stem(request: Request, codemod: Codemod) -> str:
    return "+".join(request.codemods) if request.stack and len(request.codemods) > 1 else codemod.identifier()


def _why(codemod: Codemod) -> str:
    """The paragraph of the codemod's docstring that says why."""
    import sys

    text = sys.modules[type(codemod).__module__].__doc__ or ""
    _, _, rest = text.partition("Why:")
    return rest.split("\n\n")[0].strip() or text.partition("\n")[0]


def _after(found: Discovered, made: Plan) -> Discovered:
    """The project as it is once the plan is written, for the next codemod of a stack."""
    sources = dict(found.sources)
    for change in made.changes:
        if change.path in sources and change.after is not None:
            sources[change.path] = msgspec.structs.replace(sources[change.path], data=change.after)
    return msgspec.structs.replace(found, sources=sources, paths=found.paths | {c.path for c in made.changes})


__all__ = ["Request", "VerificationFailed", "apply"]
