"""`refactorkit apply`."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from refactorkit.cli import completion
from refactorkit.cli.manual import CHANGED, OUTPUT, PROOF, RUNNING, WHERE

EPILOG = """
Exit codes:
  0    done, also when nothing had to change
  1    something would change (--check)
  2    input that can't be worked on; an internal error
  3    done, but some files failed
  4    verification failed and nothing was committed
  130  interrupted, nothing half-written

Examples:
  See what would change, then make the branch refactorkit/http-url:
    refactorkit apply http-url src/ --dry-run
    refactorkit apply http-url src/
  With an option of the codemod, on a branch of another name:
    refactorkit apply http-url src/ -o stored=reject --branch urls
  Several codemods with their options, as a file says:
    refactorkit apply modernise.toml src/
  Let the tests decide whether it is committed:
    refactorkit apply http-url src/ --verify "pytest -q"
  In continuous integration, only what a branch changes:
    refactorkit apply http-url src/ --check --since origin/main
  In a pre-commit hook, on the files themselves:
    refactorkit apply http-url src/ --in-place --check
"""


class OutputFormat(StrEnum):
    """How the result is written."""

    TEXT = "text"
    DIFF = "diff"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    GITLAB = "gitlab"
    RDJSON = "rdjson"
    MARKDOWN = "markdown"
    HTML = "html"


class LevelChoice(StrEnum):
    """The lowest level of confidence that is applied."""

    PROVED = "proved"
    OBSERVED = "observed"
    SUGGESTED = "suggested"


class GateChoice(StrEnum):
    """How modules are imported to check that they still can be."""

    FORK = "fork"
    FRESH = "fresh"


def apply(
    codemods: Annotated[str, typer.Argument(metavar="ID[,ID...]", autocompletion=completion.codemods, help="The codemods, see `refactorkit list`; RECIPE.toml; or bowler:FILE.py, a Bowler query.")],
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files and folders that may change.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; print the diff.", rich_help_panel=WHERE)] = False,
    check: Annotated[bool, typer.Option("--check", help="As --dry-run, and exit 1 if anything would change.", rich_help_panel=WHERE)] = False,
    in_place: Annotated[bool, typer.Option("--in-place", help="Read and write the working tree; needs no git.", rich_help_panel=WHERE)] = False,
    base: Annotated[str, typer.Option(metavar="REF", autocompletion=completion.ref, help="The commit to read and build on.", rich_help_panel=WHERE)] = "HEAD",
    branch: Annotated[str | None, typer.Option(metavar="NAME", autocompletion=completion.ref, help="The branch; default refactorkit/ID.", rich_help_panel=WHERE)] = None,
    stack: Annotated[bool, typer.Option("--stack", help="Several codemods on one branch, one on top of the other.", rich_help_panel=WHERE)] = False,
    option: Annotated[list[str] | None, typer.Option("-o", "--option", metavar="KEY=VALUE", autocompletion=completion.option, help="An option of the codemod, see `refactorkit explain ID`.", rich_help_panel=CHANGED)] = None,
    level: Annotated[LevelChoice | None, typer.Option(metavar="LEVEL", help="The lowest level of confidence that is applied: proved (default), observed or suggested.", rich_help_panel=CHANGED)] = None,
    only: Annotated[list[str] | None, typer.Option(metavar="PATH[:LINE]", help="Only these sites; repeat it for several.", rich_help_panel=CHANGED)] = None,
    since: Annotated[str | None, typer.Option(metavar="REF", autocompletion=completion.ref, help="Only files changed since REF.", rich_help_panel=CHANGED)] = None,
    changed_lines: Annotated[bool, typer.Option("--changed-lines", help="With --since: only lines changed since REF.", rich_help_panel=CHANGED)] = False,
    selection: Annotated[Path | None, typer.Option(metavar="FILE", help="Only what a review accepted: a file of the html page's or of --interactive.", rich_help_panel=CHANGED)] = None,
    interactive: Annotated[bool, typer.Option("--interactive", help="Ask about each site on the terminal; with --selection, FILE keeps the answers.", rich_help_panel=CHANGED)] = False,
    include_generated: Annotated[bool, typer.Option("--include-generated", help="Change files, too, that say that a program wrote them.", rich_help_panel=CHANGED)] = False,
    verify: Annotated[str | None, typer.Option(metavar="CMD", help="Run a command in a temporary worktree of the result; changes that make it fail are left out.", rich_help_panel=PROOF)] = None,
    verify_timeout: Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="How long that command may take; default 1800.", show_default=False, rich_help_panel=PROOF)] = 1800,
    no_bisect: Annotated[bool, typer.Option("--no-bisect", help="When that command fails, commit nothing instead of looking for the changes that make it fail.", rich_help_panel=PROOF)] = False,
    verify_behaviour: Annotated[bool, typer.Option("--verify-behaviour", help="Run the project's code, old and new, against recording fakes, and leave out what differs.", rich_help_panel=PROOF)] = False,
    python: Annotated[Path | None, typer.Option(metavar="PATH", help="The project's interpreter for such checks, and where its packages are; default its .venv, then VIRTUAL_ENV, then python3.", rich_help_panel=PROOF)] = None,
    gate: Annotated[GateChoice, typer.Option(metavar="HOW", help="When imports moved, import every module of the project, which runs its import code: fork (default) loads the root package once, fresh does not.", show_default=False, rich_help_panel=PROOF)] = GateChoice.FORK,
    no_gate: Annotated[bool, typer.Option("--no-gate", help="Don't import the project: moved imports are then proved by the import graph alone.", rich_help_panel=PROOF)] = False,
    jobs: Annotated[int, typer.Option(min=1, metavar="N", help="Worker processes; used from about 20 candidate files on.", rich_help_panel=RUNNING)] = 1,
    output_format: Annotated[OutputFormat, typer.Option(metavar="FORMAT", help="What is written to stdout: text, diff, json, sarif, github, gitlab, rdjson, markdown or html.", rich_help_panel=OUTPUT)] = OutputFormat.TEXT,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the result to a file instead.", rich_help_panel=OUTPUT)] = None,
    config_file: Annotated[Path | None, typer.Option("--config", metavar="FILE", help="Settings from this TOML file.", rich_help_panel=RUNNING)] = None,
    isolated: Annotated[bool, typer.Option("--isolated", help="Ignore the settings in the target's pyproject.toml.", rich_help_panel=RUNNING)] = False,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Neither use nor keep results of other runs.", rich_help_panel=RUNNING)] = False,
    cache_dir: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Where results are kept between runs; default $REFACTORKIT_CACHE_DIR, or the user's cache folder.", rich_help_panel=RUNNING)] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show what each stage took, and the traceback of each file that failed and of an internal error.", rich_help_panel=RUNNING)] = False,
) -> None:  # fmt: skip
    """Apply codemods: commit the result on a branch, or show it.

    Nothing but the branch is written: HEAD, index and working tree stay as they are.
    """
    from refactorkit.application import Request
    from refactorkit.cli.running import execute

    request = Request(
        codemods=tuple(part.strip() for part in codemods.split(",") if part.strip()),
        paths=tuple(paths),
        options=tuple(_pair(text) for text in option or ()),
        dry_run=dry_run or check, in_place=in_place, base=base, branch=branch, stack=stack,
        level=level.value if level else None, only=tuple(only or ()), since=since, changed_lines=changed_lines,
        verify=verify, verify_timeout=verify_timeout, bisect=not no_bisect,
        jobs=jobs, config_file=config_file, isolated=isolated, cache=not no_cache, cache_dir=cache_dir,
        include_generated=include_generated, runs_queries=True,
        python=python, verify_behaviour=verify_behaviour, gate=None if no_gate else gate.value,
    )  # fmt: skip
    code = execute(request, output_format.value, output, check, selection, interactive)
    raise typer.Exit(code)  # the program sees to `debug`


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        print(f"refactorkit: -o {text} has no value: write -o key=value", file=sys.stderr)
        raise typer.Exit(2)
    return key.strip(), value
