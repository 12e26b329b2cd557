"""Applying codemods to a workspace: plan each, publish it, hand it out. One run of `refactorkit apply`."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Literal

import msgspec

from refactorkit import catalogue, choice, config, facts, recipe
from refactorkit.acceptance import GATE, LIMIT, Command, accepted
from refactorkit.cache import Cache, default_folder
from refactorkit.codemod import Codemod
from refactorkit.config import Config, ConfigError, Scope, nearest
from refactorkit.discover import Listing, check_path, look
from refactorkit.environment import find_environment
from refactorkit.interpreter import find_python
from refactorkit.model import Level, Plan
from refactorkit.once import Progress
from refactorkit.planner import Planner
from refactorkit.report.commit_message import message
from refactorkit.selection import Selection
from refactorkit.syntax import DEBUG
from refactorkit.workspace import Identity, Workspace, open_workspace


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
    verify_timeout: float = LIMIT
    bisect: bool = True
    jobs: int = 1
    config_file: Path | None = None
    isolated: bool = False
    cache: bool = True
    cache_dir: Path | None = None
    """Where results are kept between runs; None for the user's cache folder."""
    include_generated: bool = False
    python: Path | None = None
    gate: Literal["fork", "fresh"] | None = None
    verify_behaviour: bool = False
    selection: Selection | None = None
    """What a review accepted: nothing else is changed."""
    recipe: recipe.Recipe | None = None
    """What the codemods are a part of; filled in from the name of a recipe's file among the codemods."""
    runs_queries: bool = False
    """Whether a person wrote the ids on a command line: only then is the file of `bowler:FILE.py` executed."""
    identity: Identity | None = None
    """Who makes the commits, and when; None for what the user's git says."""
    trailers: Callable[[Plan], Sequence[tuple[str, str]]] | None = None
    """What else the commit's message ends with."""


def rejection(made: Plan) -> str | None:
    """Why `--verify` rejected the plan, which was therefore not written; None if it did not. Exit code 4."""
    return next((v.detail for v in made.verification if v.gate == GATE and v.ok is False), None)


def apply(
    request: Request, cwd: Path, warn: Callable[[str], None], progress: Progress | None = None
) -> Iterator[Plan]:
    """One finished plan for each codemod, in the order asked for; each is written before the next begins.

    With `stack` the branch moves once, when all its commits are made. Raises ConfigError or WorkspaceError for input
    that can't be worked on, before anything is written. What `--verify` rejects is not written, see `rejection`.
    """
    whole = recipe.named(request.codemods, request.options, cwd)
    if whole is not None:
        stack = request.stack or whole.is_stacked
        request = msgspec.structs.replace(request, codemods=whole.ids, stack=stack, recipe=whole)
    _check_request(request)
    settings, folder = _settings(request)
    workspace = open_workspace(cwd, request.base, request.in_place, not request.dry_run)
    if workspace.base is None and request.base != "HEAD":
        raise ConfigError(f"--base {request.base} needs a git repository: leave it out")
    if request.identity is not None:
        workspace.identify(request.identity)
    with nullcontext() if request.dry_run else workspace.locked(warn):
        yield from _applied(request, workspace, settings, folder, warn, progress)


def _applied(
    request: Request,
    workspace: Workspace,
    settings: config.Settings | None,
    folder: Path | None,
    warn: Callable[[str], None],
    progress: Progress | None,
) -> Iterator[Plan]:
    start = time.perf_counter()
    if request.recipe is not None:
        recipe.check(request.recipe, folder)
    classes = [catalogue.load(name, folder, request.runs_queries) for name in request.codemods]
    listing = look(workspace, request.paths, settings, request.include_generated)
    run = _config(request, listing, workspace)
    codemods = [_codemod(identifier, request, listing, folder) for identifier in request.codemods]
    environment = find_environment(request.python, workspace.root, os.environ)
    for codemod in codemods:
        codemod.located(environment)
    if not request.dry_run:
        workspace.prepare([_branch(request, cls.identifier()) for cls in classes])
    if listing.settings.codemods_folder and request.config_file is None:
        warn("codemods-folder is used only from a file that --config names, not from the target's own")
    for line in workspace.warnings([workspace.relative(path) for path in request.paths]):
        warn(line)
    with closing(_cache(request, listing.settings, warn)) as cache:
        facts.use(cache)
        runs = recipe.configs(request.recipe, codemods, run, request.level is not None)
        configs = choice.configs(request.selection, codemods, runs)
        planner = Planner(workspace, listing, configs, cache, lambda: _prepare(classes), progress)
        planner.seconds = time.perf_counter() - start
        if request.selection is not None:
            choice.check_fresh(request.selection, codemods, planner.project())
        elif len(codemods) > 1 and not request.stack and not request.in_place:
            planner.share([c for c in codemods if not c.is_project_wide() and configs[c.identifier()] == run])
        yield from _published(request, workspace, codemods, planner)


def _published(
    request: Request, workspace: Workspace, codemods: Sequence[Codemod], planner: Planner
) -> Iterator[Plan]:
    """One finished plan for each codemod, written unless it is a dry run."""
    stacked: list[Plan] = []
    for codemod in codemods:
        left_out = recipe.left_out(request.recipe, codemod, planner.project, workspace)
        if left_out is not None:
            stacked.append(left_out)
            if not request.stack:
                yield stacked.pop()
            continue
        run = planner.config(codemod)
        made, kept = _imported(codemod, planner, run, request)
        if request.verify is not None:
            command = Command(line=request.verify, seconds=request.verify_timeout, bisects=request.bisect)
            made = accepted(command, codemod, planner.project(), kept, made, workspace)
        is_rejected = rejection(made) is not None
        if not request.dry_run and made.changes and not is_rejected:
            made = _publish(request, workspace, codemod, made, run)
        if not request.stack:
            yield made
        elif is_rejected:  # and with it all that it would have stood on
            yield from [msgspec.structs.replace(p, branch=None, commit=None) for p in stacked]
            yield made
            return
        else:
            stacked.append(made)
        if (request.stack or request.in_place) and codemod is not codemods[-1]:
            planner.advance(made)
    if any(made.commit for made in stacked):
        workspace.move(_branch(request, codemods[0].identifier()), stacked[-1].commit or workspace.base or "")
    yield from stacked


def _imported(codemod: Codemod, planner: Planner, run: Config, request: Request) -> tuple[Plan, Config]:
    """The plan as the gate of cold imports leaves it, which is loaded only for plans that move imports."""
    made = planner.plan(codemod)
    if not any(codemod.moves_import(finding) for finding in made.findings):
        return made, run
    from refactorkit.cold_imports.gate import gated

    python = find_python(request.python, run.root) if run.gate is not None else Path()
    return gated(codemod, planner.project(), run, made, python, planner.progress)


def _cache(request: Request, settings: config.Settings, warn: Callable[[str], None]) -> Cache:
    """The cache of this run. Only a file that a flag names may say where it lies, as it is written to."""
    if not request.cache or not settings.cache or os.environ.get(DEBUG):  # results hold no tracebacks
        return Cache()
    folder = request.cache_dir
    if folder is None and settings.cache_dir is not None:
        if request.config_file is not None:
            folder = request.config_file.parent / settings.cache_dir
        else:
            warn("cache-dir is used only from a file that --config names, not from the target's own")
    return Cache(folder or default_folder(), warn)


def _prepare(classes: Sequence[type[Codemod]]) -> None:
    for codemod in classes:
        codemod.prepare()


def _check_request(request: Request) -> None:
    """What can be said without looking at anything. Raises ConfigError."""
    ids = request.codemods
    if not ids:
        raise ConfigError("no codemod is named: give an id, see `refactorkit list`")
    names = [catalogue.spelled(identifier) for identifier in ids]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise ConfigError(f"{twice[0]} is named twice: name it once")
    if request.branch is not None and len(ids) > 1 and not request.stack:
        raise ConfigError(
            "--branch names one branch and there are several codemods: add --stack, or apply one at a time"
        )
    if request.selection is not None and len(ids) > 1 and (request.stack or request.in_place):
        raise ConfigError(
            "--selection can't say what lines are once another codemod has run: apply one at a time, or on a branch each"
        )
    if request.changed_lines and request.since is None:
        raise ConfigError("--changed-lines needs --since REF: say since when")
    if request.in_place:
        for flag, given in (("--branch", request.branch is not None), ("--base", request.base != "HEAD")):
            if given:
                raise ConfigError(f"{flag} has no meaning with --in-place: leave one of them out")


def _settings(request: Request) -> tuple[config.Settings | None, Path | None]:
    """The settings that a flag names, and the folder of codemods that such a file may name."""
    if request.isolated:
        return config.Settings(), None
    if request.config_file is None:
        return None, None
    settings = _read(request.config_file)
    return settings, _local(settings, request.config_file)


def codemods_folder(config_file: Path) -> Path | None:
    """The folder of codemods that a file of `--config` names. Raises ConfigError for one that can't be read."""
    return _local(_read(config_file), config_file)


def _read(config_file: Path) -> config.Settings:
    try:
        data = config_file.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"--config {config_file} can't be read: {error.strerror}: check the path"
        ) from error
    return config.load_settings(data, str(config_file))


def _local(settings: config.Settings, config_file: Path) -> Path | None:
    return config_file.parent / settings.codemods_folder if settings.codemods_folder else None


def _config(request: Request, found: Listing, workspace: Workspace) -> Config:
    changed = since = None
    if request.since is not None:
        from refactorkit.workspace.git import GitWorkspace

        if not isinstance(workspace, GitWorkspace):
            raise ConfigError("--since needs a git repository and a commit to read: leave --in-place out")
        since = workspace.merge_base(request.since)
        changed = workspace.changed_since(since, request.changed_lines)
    only = tuple(_place(place, workspace) for place in request.only)
    for path, _ in only:
        check_path(path, found.paths, workspace)
    level = Level(request.level) if request.level else found.settings.level
    return Config(
        paths=tuple(workspace.relative(path) for path in request.paths),
        scope=Scope(level=level, only=only, changed=changed, is_observed=request.verify_behaviour),
        level=level,
        since=since,
        changed_lines=request.changed_lines,
        include_generated=request.include_generated or found.settings.include_generated,
        jobs=request.jobs,
        root=workspace.root,
        gate=request.gate,
        python=find_python(request.python, workspace.root) if request.verify_behaviour else None,
    )


def _place(place: str, workspace: Workspace) -> tuple[str, int | None]:
    path, colon, line = place.rpartition(":")
    if colon and line.isdigit():
        return workspace.relative(path), int(line)
    return workspace.relative(place), None


def _codemod(identifier: str, request: Request, found: Listing, folder: Path | None) -> Codemod:
    named = set(found.settings.codemods)
    known = set(catalogue.identifiers(folder)) if named - {identifier} else named
    unknown = named - known
    if unknown:
        raise ConfigError(
            f"[tool.refactorkit.codemods.{min(unknown)}] names no codemod: {nearest(min(unknown), known)}"
        )
    given = dict(found.settings.codemods.get(identifier, {}))
    if request.recipe is not None:
        given.update(request.recipe.step(identifier).options)
    else:
        for key, _ in request.options:  # an option that is repeated is a list
            given[key] = tuple(value for name, value in request.options if name == key)
    return catalogue.create(identifier, given, folder, request.runs_queries)


def _publish(request: Request, workspace: Workspace, codemod: Codemod, made: Plan, run: Config) -> Plan:
    branch = None if request.in_place else _branch(request, codemod.identifier())
    more = request.trailers(made) if request.trailers else ()
    text = message(made, codemod.summary(made), why(codemod), run, more)
    made = workspace.publish(made, text, branch)
    if made.branch and made.commit and not request.stack:
        workspace.move(made.branch, made.commit)
    return made


def _branch(request: Request, identifier: str) -> str:
    whole = request.recipe.name if request.recipe else "+".join(map(catalogue.spelled, request.codemods))
    stem = whole if request.stack else identifier
    return f"refactorkit/{stem}" if request.branch is None else request.branch


def why(codemod: Codemod) -> str:
    """The paragraph of the codemod's docstring that says why."""
    text = codemod.documentation()
    _, _, rest = text.partition("Why:")
    why = rest.split("\n\n")[0].strip() or text.partition("\n")[0]
    return why[:1].upper() + why[1:]


__all__ = ["Request", "apply", "codemods_folder", "rejection", "why"]
