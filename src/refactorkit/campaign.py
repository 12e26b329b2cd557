"""What the scheduled bot is told: `[tool.refactorkit.bot]`, or a campaign file that lists many repositories."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, ValidationError, convert, field

from refactorkit.model import Level

PER_MINUTE, PER_HOUR = 80, 500
"""Content that GitHub lets one token create (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api)."""

LIMITS = ("max-new-per-hour", "writes-per-minute", "writes-per-hour")
PERSON = re.compile(r"[^\s.,:;<>\"\\'](?:[^\n\0<>]*[^\s.,:;<>\"\\'])?")
"""Names that git writes into a commit as they are: it takes other characters away at both ends."""
MOST_FILES = 1000
"""What `max-files` may be: a pull request's text remembers its files."""


class CampaignError(Exception):
    """A campaign that can't be run. The message is one line that says what to do next; exit code 2."""


class Target(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """What the bot does in one repository. Every key can also stand above the repositories, for all of them."""

    url: str = ""
    """Where git fetches from and pushes to: over https, ssh, or a path. It holds no password."""
    name: str = ""
    """`owner/name` on the forge; by default the end of the URL's path."""
    enabled: bool = True
    """With `false` in a repository's own pyproject.toml, every bot leaves it alone."""
    codemods: tuple[str, ...] = ()
    paths: tuple[str, ...] = (".",)
    options: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Options by codemod, over those in the repository's own `[tool.refactorkit.codemods]`."""
    level: Level | None = None
    base: str | None = None
    """The branch that pull requests go to; by default the one that the remote's HEAD names."""
    verify: str | None = None
    """A command that runs on the result; what makes it fail is left out, as with `apply --verify`."""
    gate: Literal["none", "fork", "fresh"] = "none"
    """Whether moved imports are proved by importing the project, which runs its code."""
    python: str | None = None
    shard_by: Literal["none", "folder", "codeowners"] = "none"
    shard_depth: int = 1
    """Folders of a path that make a shard, from the root."""
    max_files: int | None = None
    """Files that one pull request changes at most."""
    max_open: int = 10
    """Pull requests of the bot that are open at once in a repository."""
    title: str | None = None
    """The title as a jinja2 template, with the variables of the body."""
    template: str | None = None
    """The file with the body's jinja2 template, beside the file that names it."""
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    team_reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    milestone: str | None = None
    draft: bool = False
    dashboard: bool = True
    dashboard_label: str = "refactorkit-dashboard"
    """The label by which the dashboard issue is found; best one that nothing else has."""
    author_name: str = "refactorkit"
    author_email: str = "refactorkit@users.noreply.github.com"
    forge: Literal["github", "gitlab"] | None = None
    """By default what the URL's host says."""
    api: str | None = None
    """The forge's API, for an installation of one's own: `https://github.example.com/api/v3`, `https://gitlab.example.com`."""
    token_env: str | None = None
    """The environment variable that holds the token."""
    timeout: float = 30.0
    """Seconds that one answer of the forge may take."""


class BotTable(Target, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """`[tool.refactorkit.bot]` and a campaign file: what holds for all repositories, their limits, and the list.

    Each entry of the list has the keys of a `Target`.
    """

    repositories: tuple[Target, ...] = ()
    max_new_per_hour: int | None = None
    """Pull requests that all passes on one forge open in an hour."""
    writes_per_minute: int = PER_MINUTE
    writes_per_hour: int = PER_HOUR
    """Writes to one forge; 0 is no limit."""


class Campaign(Struct, frozen=True, kw_only=True):
    """One pass: the targets in order, and the limits that they share."""

    targets: tuple[Target, ...]
    folder: Path
    """Where templates are looked for."""
    max_new_per_hour: int | None = None
    writes_per_minute: int = PER_MINUTE
    writes_per_hour: int = PER_HOUR


def read_campaign(path: Path) -> Campaign:
    """The campaign of a TOML file. Raises CampaignError."""
    try:
        document = tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise CampaignError(f"{path} can't be read: {error.strerror}: check the path") from error
    except (ValueError, RecursionError) as error:
        raise CampaignError(f"{path} is not valid TOML ({error}): correct it") from error
    return campaign(document, str(path), path.absolute().parent)


def campaign(document: dict[str, Any], where: str, folder: Path, url: str | None = None) -> Campaign:
    """The campaign of a table; `url` is the repository that is meant when it lists none. Raises CampaignError."""
    try:
        table = convert(document, BotTable)
    except ValidationError as error:
        raise CampaignError(f"{where}: {error}: correct it") from error
    shared = {key: value for key, value in document.items() if key not in LIMITS}
    listed: list[dict[str, Any]] = shared.pop("repositories", [{}])
    targets = []
    for number, entry in enumerate(listed, 1):
        options = {**shared.get("options", {}), **entry.get("options", {})}
        merged = {"url": url or "", **shared, **entry, "options": options}
        targets.append(_target(merged, f"{where}: repository {number}" if table.repositories else where))
    return Campaign(
        targets=tuple(targets),
        folder=folder,
        max_new_per_hour=table.max_new_per_hour,
        writes_per_minute=table.writes_per_minute,
        writes_per_hour=table.writes_per_hour,
    )


def _target(table: dict[str, Any], where: str) -> Target:
    try:
        found = convert(table, Target)
    except ValidationError as error:
        raise CampaignError(f"{where}: {error}: correct it") from error
    if not found.url:
        raise CampaignError(f"{where} has no url: name the repository's")
    if not found.codemods:
        raise CampaignError(f'{where} names no codemods: write codemods = ["http-url"]')
    if found.max_files is not None and not 1 <= found.max_files <= MOST_FILES:
        raise CampaignError(f"{where}: max-files is {found.max_files}: it takes 1 to {MOST_FILES}")
    for key, value in (("author-name", found.author_name), ("author-email", found.author_email)):
        if not PERSON.fullmatch(value):
            raise CampaignError(
                f"{where}: {key} is {value!r}: write it without quotes, brackets and dots at an end"
            )
    if len(set(found.codemods)) < len(found.codemods):
        raise CampaignError(f"{where} names a codemod twice: name it once")
    if found.shard_depth < 1:
        raise CampaignError(f"{where}: shard-depth is {found.shard_depth}: it takes 1 or more")
    return found


__all__ = ["BotTable", "Campaign", "CampaignError", "Target", "campaign", "read_campaign"]
