"""One pass of the bot: each repository in turn, read from the forge and the remote, and brought to where it should be."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from refactorkit.bot import dashboard
from refactorkit.bot.acting import Desk, carry_out, described
from refactorkit.bot.deciding import Facts, Step, decide
from refactorkit.bot.planning import Job, Proposal, family, is_ours, proposals
from refactorkit.bot.rows import Row, State
from refactorkit.bot.shards import PREFIX
from refactorkit.cache import default_folder
from refactorkit.campaign import Campaign, CampaignError, Target
from refactorkit.config import ConfigError, load_settings
from refactorkit.forge import Fault, Forge, ForgeError, Issue, PullRequest
from refactorkit.forge.opening import TOKENS, USERS, Place, Token, connect, place, token
from refactorkit.forge.pacing import Clock, Journal, Pace, RealClock
from refactorkit.workspace import WorkspaceError
from refactorkit.workspace.mirror import Mirror

OFF = "enabled = false in its own pyproject.toml"
WHOLE = "*"
"""Stands for a branch in a row about the whole repository or codemod."""
LASTING = (Fault.TOKEN, Fault.LIMITED)
"""After these, nothing more is asked of the same forge with the same token."""


class Settings(Struct, frozen=True, kw_only=True):
    """How a pass is made. `folder` holds the bot's repositories between passes; None for the user's cache folder."""

    dry_run: bool = False
    jobs: int = 1
    folder: Path | None = None
    cache: bool = True
    clock: Clock = RealClock()


def run(
    campaign: Campaign,
    settings: Settings,
    warn: Callable[[str], None],
    environment: MutableMapping[str, str] = os.environ,
) -> Iterator[Row]:
    """What became of each branch, repository by repository.

    Raises CampaignError before anything is done. The tokens are taken out of the environment, so that nothing which the
    pass starts, such as the command of `verify`, finds them there; no row and no warning holds one.
    """
    found = [(target, place(target)) for target in campaign.targets]
    tokens = [token(target, where.kind, environment) for target, where in found]
    secrets = {secret.value for secret in tokens}
    for name in {
        *(secret.variable for secret in tokens),
        *(name for names in TOKENS.values() for name in names),
    }:
        secrets.add(environment.pop(name, ""))
    names = [f"{where.api} {where.name}".casefold() for _, where in found]
    twice = [where.name for (_, where), name in zip(found, names, strict=True) if names.count(name) > 1]
    if twice:
        raise CampaignError(f"{twice[0]} is listed twice: list it once, with all its codemods")
    hide = _hiding(sorted(secrets - {""}, key=len, reverse=True))
    made = _Pass(campaign, settings, lambda text: warn(hide(text)), hide)
    for (target, where), secret in zip(found, tokens, strict=True):
        for row in made.repository(target, where, secret):
            yield replace(row, detail=hide(row.detail))


def _hiding(secrets: Sequence[str]) -> Callable[[str], str]:
    def hide(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, "***")
        return text

    return hide


class _Pass:
    """What the repositories of a pass share: the limits, and which forges have had enough."""

    def __init__(
        self, campaign: Campaign, settings: Settings, warn: Callable[[str], None], hide: Callable[[str], str]
    ) -> None:
        self._campaign = campaign
        self._settings = settings
        self._warn = warn
        self._hide = hide
        self._folder = (settings.folder or default_folder()) / "bot"
        self._closed: dict[tuple[str, str], ForgeError] = {}
        self._clock = settings.clock

    def repository(self, target: Target, where: Place, secret: Token) -> Iterator[Row]:
        """The rows of one repository."""
        door = (where.api, secret.variable)
        if door in self._closed:
            yield _failed(where.name, WHOLE, self._closed[door])
            return
        mirror = Mirror(self._folder / _digest(target.url), target.url, USERS[where.kind], secret.value)
        try:
            forge = connect(where, secret, target.timeout, self._pace(where))
            with mirror.locked(self._warn):
                yield from self._visited(target, where, forge, mirror)
        except ForgeError as error:
            if error.fault in LASTING:
                self._closed[door] = error
            yield _failed(where.name, WHOLE, error)
        except (ConfigError, WorkspaceError, CampaignError) as error:
            yield _failed(where.name, WHOLE, error)

    def _pace(self, where: Place) -> Pace:
        campaign = self._campaign
        journal = Journal(self._folder / f"writes-{_digest(where.api)}")
        return Pace(campaign.writes_per_minute, campaign.writes_per_hour, journal, self._clock)

    def _visited(self, target: Target, where: Place, forge: Forge, mirror: Mirror) -> Iterator[Row]:
        base, heads = mirror.heads(target.base, PREFIX)
        mirror.prepare(len(heads[base]))
        job = Job(
            target=target, kind=where.kind, mirror=mirror, base=base, base_oid=heads[base], heads=heads,
            folder=self._campaign.folder, jobs=self._settings.jobs, cache_dir=self._settings.folder,
            cache=self._settings.cache, warn=self._warn,
        )  # fmt: skip
        if not _is_wanted(mirror, base, heads):
            yield Row(repository=where.name, codemod="", branch=WHOLE, state=State.NOTHING, detail=OFF)
            return
        ours = {name: oid for codemod in target.codemods for name, oid in family(heads, codemod).items()}
        mirror.fetch(ours)
        mine = {name: oid for name, oid in ours.items() if is_ours(mirror, oid)}
        mirror.align({name: oid for name, oid in mine.items() if name == name.casefold()})
        boards = dashboard.find(forge, target.dashboard_label) if target.dashboard else ()
        rows: list[Row] = []
        for row in self._rows(job, where, forge, set(mine), boards):
            rows.append(replace(row, detail=self._hide(row.detail)))  # the dashboard shows it
            yield row
        if target.dashboard and not self._settings.dry_run:
            dashboard.write(forge, boards, rows, target.dashboard_label)

    def _rows(
        self, job: Job, where: Place, forge: Forge, mine: set[str], boards: Sequence[Issue]
    ) -> Iterator[Row]:
        known: list[tuple[Proposal, Facts, Step]] = []
        asked = dashboard.ticked(boards)
        listed: dict[str, tuple[PullRequest, ...]] = {}

        def pulls(branch: str) -> tuple[PullRequest, ...]:
            if branch not in listed:
                listed[branch] = tuple(forge.pull_requests(branch))
            return listed[branch]

        for codemod in job.target.codemods:
            try:
                for proposal in proposals(job, codemod, pulls):
                    facts = _facts(job, proposal, pulls, mine, asked)
                    known.append((proposal, facts, decide(facts)))
            except (ConfigError, WorkspaceError, CampaignError) as error:
                yield replace(_failed(where.name, WHOLE, error), codemod=codemod)
        desk = Desk(
            target=job.target, name=where.name, forge=forge, mirror=job.mirror, base=job.base,
            opened=lambda: self._opened(where).note(self._clock.now()),
        )  # fmt: skip
        count = sum(facts.open_pull is not None for _, facts, _ in known)
        for proposal, facts, step in known:
            why = (
                self._limit(job.target, where, count, [f for _, f, _ in known]) if step is Step.OPEN else None
            )
            if why is not None and not facts.is_asked_for:
                yield replace(described(desk.name, step, facts, proposal), state=State.WAITING, detail=why)
                continue
            count += step is Step.OPEN
            yield self._done(desk, step, facts, proposal)

    def _done(self, desk: Desk, step: Step, facts: Facts, proposal: Proposal) -> Row:
        row = described(desk.name, step, facts, proposal)
        if self._settings.dry_run:
            return row
        try:
            return carry_out(desk, step, facts, proposal)
        except ForgeError as error:
            if error.fault in LASTING:
                raise
            return replace(row, state=State.FAILED, detail=str(error))
        except WorkspaceError as error:
            return replace(row, state=State.FAILED, detail=str(error))

    def _opened(self, where: Place) -> Journal:
        return Journal(self._folder / f"opened-{_digest(where.api)}")

    def _limit(self, target: Target, where: Place, count: int, known: Sequence[Facts]) -> str | None:
        """Why no pull request may be opened now; None when one may."""
        if count >= target.max_open:
            return f"{count} are open, and max-open is {target.max_open}"
        most = self._campaign.max_new_per_hour
        if most is None:
            return None
        now = self._clock.now()
        noted = len(self._opened(where).times(now))
        seen = sum(pull.created > now - 3600 for facts in known for pull in facts.pulls)
        if max(noted, seen) >= most:  # the forge knows of what another machine opened
            return f"max-new-per-hour is {most}"
        return None


def _facts(
    job: Job,
    proposal: Proposal,
    pulls: Callable[[str], tuple[PullRequest, ...]],
    mine: set[str],
    asked: frozenset[str],
) -> Facts:
    """What is known about a proposal's branch. Pull requests are asked for only where there can be any of interest."""
    name = proposal.branch
    rivals = [head for head in job.heads if head != name and head.casefold() == name.casefold()]
    tip = job.heads.get(name)
    listed: tuple[PullRequest, ...] = ()
    if proposal.commit is not None or tip is not None:
        listed = pulls(name)
        for rival in rivals:
            listed = tuple(sorted((*listed, *pulls(rival)), key=lambda pull: -pull.number))
    facts = Facts(
        fingerprint=proposal.fingerprint,
        commit=proposal.commit,
        stuck=proposal.stuck,
        tip=tip,
        is_ours=name in mine,
        pulls=listed,
        rival=rivals[0] if rivals else None,
    )
    declined = facts.declined
    wanted = dashboard.box(proposal.fingerprint, declined.number if declined is not None else 0)
    return replace(facts, is_asked_for=wanted in asked)


def _is_wanted(mirror: Mirror, base: str, heads: Mapping[str, str]) -> bool:
    """Whether the repository's own settings let bots in."""
    mirror.fetch({base: heads[base]})
    text = mirror.file(heads[base], "pyproject.toml")
    if text is None or "refactorkit" not in text:
        return True
    table = load_settings(text.encode(), "pyproject.toml").bot
    return table is None or table.enabled


def _failed(name: str, branch: str, error: Exception) -> Row:
    is_late = isinstance(error, ForgeError) and error.fault is Fault.LIMITED
    state = State.WAITING if is_late else State.FAILED
    return Row(repository=name, codemod="", branch=branch, state=state, detail=str(error))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]


__all__ = ["Settings", "run"]
