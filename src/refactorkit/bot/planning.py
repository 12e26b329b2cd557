"""What a codemod would propose in one repository: a commit for each branch, built beside the remote, and its words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from refactorkit.application import Request, apply, rejection
from refactorkit.bot import codeowners
from refactorkit.bot.body import Context, Words, words
from refactorkit.bot.marker import EMPTY, read
from refactorkit.bot.shards import ALL, PREFIX, Part, branch, grouped, shared_out
from refactorkit.campaign import Target
from refactorkit.forge import PullRequest
from refactorkit.model import RECORDING, Plan
from refactorkit.report.commit_message import compact
from refactorkit.workspace import Identity, WorkspaceError
from refactorkit.workspace.mirror import SEAL, Mirror, seal

TRAILER = "Refactorkit-Pull-Request"
"""Tells a branch of the bot from one that a person made with `apply` and pushed."""
UNREAD = "files could not be worked on, so whether something is left to change is not known"
ALONE = "its files can't be changed by themselves: choose shards that hold what they need too"
Pulls = Callable[[str], Sequence[PullRequest]]


class Job(Struct, frozen=True, kw_only=True):
    """One repository in one pass: what it is, and where its branches are. `heads` are the remote's branches."""

    target: Target
    kind: str
    mirror: Mirror
    base: str
    base_oid: str
    heads: Mapping[str, str]
    folder: Path
    """Where templates are looked for."""
    jobs: int
    cache_dir: Path | None
    cache: bool
    warn: Callable[[str], None]


class Proposal(Struct, frozen=True, kw_only=True):
    """What one branch should hold. Without `commit` there is nothing to change for it."""

    codemod: str
    branch: str
    part: Part
    fingerprint: str
    commit: str | None = None
    words: Words | None = None
    failed: tuple[str, ...] = ()
    """Files that could not be worked on."""
    stuck: str = ""
    """Why there is no commit although something may be left to change."""


def family(heads: Mapping[str, str], codemod: str) -> dict[str, str]:
    """The branches that are, or are called as if they were, the bot's for one codemod."""
    own = f"{PREFIX}{codemod}"
    return {
        name: oid
        for name, oid in heads.items()
        if name.casefold() == own or name.casefold().startswith(f"{own}--")
    }


def is_ours(mirror: Mirror, oid: str) -> bool:
    """Whether the bot made a commit, and nobody touched it since."""
    made = mirror.made(oid)
    return made.is_untouched and TRAILER in made.trailers


def proposals(job: Job, codemod: str, pulls: Pulls) -> Iterator[Proposal]:
    """The proposals of a codemod, and one without a commit for each of its branches that nothing is left for.

    Raises ConfigError, WorkspaceError or CampaignError.
    """
    target = job.target
    failed: tuple[str, ...] = ()
    if target.shard_by == "none" and target.max_files is None:
        made = [_proposal(job, codemod, Part(ALL, 1, ()), target.paths)]
    else:
        whole = _planned(job, codemod, target.paths, None)
        failed = _failed(whole)
        made = list(_sharded(job, codemod, whole, pulls))
    yield from made
    current = {proposal.branch for proposal in made}
    for name in family(job.heads, codemod):
        if name.casefold() not in current:
            yield Proposal(
                codemod=codemod,
                branch=name,
                part=Part(ALL, 1, ()),
                fingerprint="",
                stuck=UNREAD if failed else "",
            )
    if failed and not made:
        yield Proposal(
            codemod=codemod,
            branch=branch(codemod, ALL),
            part=Part(ALL, 1, ()),
            fingerprint="",
            failed=failed,
            stuck=UNREAD,
        )


def _failed(made: Plan) -> tuple[str, ...]:
    return tuple(failure.path for failure in made.failures)


def _sharded(job: Job, codemod: str, whole: Plan, pulls: Pulls) -> Iterator[Proposal]:
    target = job.target
    rules = _rules(job) if target.shard_by == "codeowners" else ()
    files = [change.path for change in whole.changes if change.before is not None]
    groups = grouped(files, target.shard_by, target.shard_depth, lambda path: codeowners.owners(rules, path))
    for key, paths in groups.items():
        taken = _taken(job, whole, key, pulls) if target.max_files else {}
        for part in shared_out(key, paths, target.max_files, taken):
            if part.files:
                yield _proposal(job, codemod, part, part.files)


def _rules(job: Job) -> tuple[codeowners.Rule, ...]:
    """The rules of the first CODEOWNERS file that there is."""
    for path in codeowners.PLACES[job.kind]:
        text = job.mirror.file(job.base_oid, path)
        if text is not None:
            return codeowners.parse(text, job.kind == "gitlab")
    raise WorkspaceError(
        f"{job.target.url} has no CODEOWNERS: add {codeowners.PLACES[job.kind][0]}, or set shard-by to folder"
    )


def _taken(job: Job, whole: Plan, key: str, pulls: Pulls) -> dict[int, frozenset[str]]:
    """The marks of the files of each part that is open, or that somebody declined."""
    found: dict[int, frozenset[str]] = {}
    number = 1
    while True:
        name = branch(whole.codemod, key, number)
        listed = pulls(name)
        if not listed and name not in job.heads:
            return found
        wanted = fingerprint(job.target, whole, key, number)
        for pull in listed:
            memory = read(pull.body)
            if memory is None:
                continue
            is_declined = pull.state == "closed" and memory.closed != EMPTY and memory.fingerprint == wanted
            if pull.state == "open" or is_declined:
                found[number] = found.get(number, frozenset()) | frozenset(memory.marks)
                break
        number += 1


def _proposal(job: Job, codemod: str, part: Part, paths: Sequence[str]) -> Proposal:
    name = branch(codemod, part.key, part.number)
    made = _planned(job, codemod, paths, part)
    mark = fingerprint(job.target, made, part.key, part.number)
    failed = _failed(made)
    if made.commit is None:
        stuck = UNREAD if failed else ALONE if part.files else ""
        return Proposal(codemod=codemod, branch=name, part=part, fingerprint=mark, failed=failed, stuck=stuck)
    context = Context(
        target=job.target, base=job.base, base_oid=job.base_oid, shard=part.key, part=part.number,
        paths=tuple(paths), options=_options(job.target, codemod), folder=job.folder,
    )  # fmt: skip
    return Proposal(
        codemod=codemod,
        branch=name,
        part=part,
        fingerprint=mark,
        commit=made.commit,
        words=words(made, context),
        failed=failed,
    )


def _planned(job: Job, codemod: str, paths: Sequence[str], part: Part | None) -> Plan:
    """The plan for some paths; for a part it is committed. Raises WorkspaceError when `verify` rejects it."""
    target = job.target
    maker = Identity(target.author_name, target.author_email, job.mirror.date(job.base_oid))
    request = Request(
        codemods=(codemod,),
        paths=tuple(paths),
        options=tuple(_options(target, codemod).items()),
        dry_run=part is None,
        base=job.base_oid,
        branch=None if part is None else branch(codemod, part.key, part.number),
        level=target.level,
        verify=None if part is None else target.verify,
        gate=None if target.gate == "none" else target.gate,
        python=Path(target.python) if target.python else None,
        jobs=job.jobs,
        cache=job.cache,
        cache_dir=job.cache_dir,
        identity=maker,
        trailers=None
        if part is None
        else lambda plan: [
            (TRAILER, fingerprint(target, plan, part.key, part.number)),
            (SEAL, seal(maker.line)),
        ],
    )
    (made,) = apply(request, job.mirror.folder, job.warn)
    why = rejection(made)
    if why is not None:
        raise WorkspaceError(f"{codemod}: verification failed: {why}: look at it with the same --verify")
    return made


def _options(target: Target, codemod: str) -> dict[str, str]:
    """The options as `-o` takes them."""
    return {key: _text(value) for key, value in target.options.get(codemod, {}).items()}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def fingerprint(target: Target, plan: Plan, key: str, number: int) -> str:
    """The sha256 of what is asked for: codemod, version, options and scope. The same as long as nobody asks anew; another
    recording asks for nothing, and must not bring back what was declined."""
    scope = {"paths": sorted(target.paths), "by": target.shard_by, "shard": key, "part": number}
    options = {name: value for name, value in plan.options.items() if name != RECORDING}
    asked = [plan.codemod, plan.version, options, target.level, scope]
    return hashlib.sha256(compact(asked).encode("utf-8", "surrogateescape")).hexdigest()


__all__ = ["Job", "Proposal", "family", "fingerprint", "is_ours", "proposals"]
