"""`refactorkit bot`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from refactorkit.cli.manual import OUTPUT, RUNNING, WHERE

EPILOG = """
Exit codes:
  0    done, also when nothing had to be done, or a limit leaves the rest to the next pass
  2    a campaign that can't be run; an internal error
  3    done, but something failed (each is named)
  130  interrupted; the next pass goes on from there

Examples:
  See what a pass would do in the repository around here, by [tool.refactorkit.bot]:
    refactorkit bot run --dry-run
  For all repositories of a campaign, from cron:
    GITHUB_TOKEN=... refactorkit bot run --campaign campaign.toml
"""


class Action(StrEnum):
    """What is to be done."""

    RUN = "run"


class OutputFormat(StrEnum):
    """How the result is written."""

    TEXT = "text"
    JSON = "json"


def bot(
    action: Annotated[Action, typer.Argument(metavar="run", help="Make one pass, and end.")],
    campaign: Annotated[Path | None, typer.Option("--campaign", metavar="FILE", help="The TOML file that lists repositories; default [tool.refactorkit.bot] in pyproject.toml.", rich_help_panel=WHERE)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing, neither to a remote nor to a forge; print what a pass would do.", rich_help_panel=WHERE)] = False,
    jobs: Annotated[int, typer.Option(min=1, metavar="N", help="Worker processes for a repository; used from about 20 candidate files on.", rich_help_panel=RUNNING)] = 1,
    output_format: Annotated[OutputFormat, typer.Option(metavar="FORMAT", help="What is written to stdout: text or json.", rich_help_panel=OUTPUT)] = OutputFormat.TEXT,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Neither use nor keep results of other passes.", rich_help_panel=RUNNING)] = False,
    cache_dir: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Where results and the bot's copies of repositories are kept; default $REFACTORKIT_CACHE_DIR, or the user's cache folder.", rich_help_panel=RUNNING)] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an internal error.", rich_help_panel=RUNNING)] = False,
) -> None:  # fmt: skip
    """Open and update refactor pull requests: one pass, for cron or a scheduled workflow.

    Works in copies of its own: no checkout is touched, and what it can't finish the next pass goes on with.
    """
    from refactorkit.cli.running_bot import execute

    raise typer.Exit(execute(campaign, dry_run, jobs, output_format.value, not no_cache, cache_dir))
