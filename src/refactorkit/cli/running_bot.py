"""Runs a pass of the bot and shows its rows: warnings to stderr, the result to stdout."""

from __future__ import annotations

from pathlib import Path

from refactorkit.bot.passing import Settings, run
from refactorkit.bot.rows import Row, State
from refactorkit.bot.table import as_json, write
from refactorkit.campaign import Campaign, CampaignError, campaign, read_campaign
from refactorkit.cli.running import console, opened, say
from refactorkit.config import ConfigError, bot_table
from refactorkit.workspace import WorkspaceError
from refactorkit.workspace.mirror import origin

PYPROJECT = "pyproject.toml"


def execute(
    path: Path | None, dry_run: bool, jobs: int, output_format: str, cache: bool, folder: Path | None
) -> int:
    """Make a pass; the exit code of the contract."""
    settings = Settings(dry_run=dry_run, jobs=jobs, cache=cache, folder=folder)
    rows: list[Row] = []
    try:
        found = read_campaign(path) if path is not None else _own()
        with opened(None, output_format) as stream:
            shown = None
            for row in run(found, settings, lambda text: say(f"warning: {text}")):
                rows.append(row)
                if output_format == "json":
                    stream.write(as_json(row, dry_run))
                else:
                    write(console(stream), row, dry_run, row.repository != shown)
                shown = row.repository
                stream.flush()
    except (CampaignError, ConfigError, WorkspaceError) as error:
        say(str(error))
        return 2
    return 3 if any(row.state is State.FAILED or row.unread for row in rows) else 0


def _own() -> Campaign:
    """The campaign of the pyproject.toml around the current folder, for the remote `origin` unless it lists others."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / PYPROJECT).is_file():
            name = str(folder / PYPROJECT)
            bot = bot_table((folder / PYPROJECT).read_bytes(), name)
            if bot is not None:
                url = None if "repositories" in bot else origin(folder)
                return campaign(bot, f"{name}: [tool.refactorkit.bot]", folder, url)
    raise CampaignError("there is no [tool.refactorkit.bot] here: write one, or pass --campaign FILE")


__all__ = ["execute"]
