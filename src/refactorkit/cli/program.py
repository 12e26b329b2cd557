"""The commands, and errors as one line each."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

import typer

from refactorkit.cli import completion
from refactorkit.cli.apply import EPILOG, apply
from refactorkit.cli.authoring import NEW_EPILOG, TEST_EPILOG, new_codemod, run_golden_cases
from refactorkit.cli.bot import EPILOG as BOT_EPILOG
from refactorkit.cli.bot import bot
from refactorkit.cli.cycles import EPILOG as CYCLES_EPILOG
from refactorkit.cli.cycles import cycles
from refactorkit.cli.debugging import debugging, unexpected
from refactorkit.cli.explain_handler import EPILOG as HANDLER_EPILOG
from refactorkit.cli.explain_handler import explain_handler
from refactorkit.cli.listing import cache, demo, explain, list_codemods, schema
from refactorkit.cli.manual import MAX_WIDTH, Command, Group
from refactorkit.cli.observe import EPILOG as OBSERVE_EPILOG
from refactorkit.cli.observe import observe
from refactorkit.config import nearest
from refactorkit.visible import visible

INTERRUPTED = "refactorkit: interrupted, nothing half-written"
EXAMPLES = """
Examples:
  refactorkit demo                           all of them on a small application
  refactorkit list                           which codemods there are
  refactorkit explain http-url               what one does and what it leaves
  refactorkit apply http-url src/ --dry-run  what it would change here
  refactorkit apply http-url src/            the branch refactorkit/http-url
"""

app = typer.Typer(
    name="refactorkit",
    help="Refactors Python code bases: every site changed with proof or refused with a reason.",
    cls=Group,
    epilog=EXAMPLES,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": MAX_WIDTH},
)
app.command("apply", cls=Command, epilog=EPILOG)(apply)
app.command("list", cls=Command)(list_codemods)
app.command("explain", cls=Command)(explain)
app.command("demo", cls=Command)(demo)
app.command("new", cls=Command, epilog=NEW_EPILOG)(new_codemod)
app.command("test", cls=Command, epilog=TEST_EPILOG)(run_golden_cases)
app.command("schema", cls=Command)(schema)
app.command("cycles", cls=Command, epilog=CYCLES_EPILOG)(cycles)
app.command("bot", cls=Command, epilog=BOT_EPILOG)(bot)
app.command(
    "observe", cls=Command, epilog=OBSERVE_EPILOG, context_settings={"allow_interspersed_args": False}
)(observe)
app.command("explain-handler", cls=Command, epilog=HANDLER_EPILOG)(explain_handler)
app.command("cache", cls=Command)(cache)


def _version(value: bool) -> None:
    if value:
        from importlib.metadata import PackageNotFoundError
        from importlib.metadata import version as installed

        try:
            typer.echo(f"refactorkit {installed('refactorkit')}")
        except PackageNotFoundError:
            typer.echo("refactorkit from source, not installed")
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version."
    ),
    debug: bool = typer.Option(False, "--debug", help="Show the traceback of an internal error."),
) -> None:
    """Refactors Python code bases: every site changed with proof or refused with a reason."""


def run(arguments: Sequence[str]) -> int:
    """Run a command line; its exit code. An error is one line on stderr with what to do next."""
    with debugging("--debug" in arguments):
        return _run(arguments)


def _run(arguments: Sequence[str]) -> int:
    _register_check_data("check-data" in arguments or completion.is_asked_for(os.environ, "check-data"))
    command = typer.main.get_command(app)

    def main() -> Any:
        return command.main(list(arguments) or ["--help"], prog_name="refactorkit", standalone_mode=False)

    try:
        code = completion.answer(main) if completion.VARIABLE in os.environ else main()
    except KeyboardInterrupt:
        print(INTERRUPTED, file=sys.stderr)
        return 130
    except BrokenPipeError:
        from refactorkit.cli.running import discard_stdout

        discard_stdout()
        return 0
    except Exception as error:  # noqa: BLE001  (the edge: a person sees one line, --debug shows the rest)
        line = _usage(error, command, arguments)
        if line is None:
            line = unexpected(error)
        print(f"refactorkit: {visible(line)}", file=sys.stderr)
        return 130 if type(error).__name__ == "Abort" else 2
    if code == 130:
        print(INTERRUPTED, file=sys.stderr)
    return code if isinstance(code, int) else 0


def _register_check_data(is_wanted: bool) -> None:
    """The command itself loads what other commands don't need; for their help, its name and summary will do."""
    if is_wanted:
        from refactorkit.cli.check_data import EPILOG as CHECK_DATA_EPILOG
        from refactorkit.cli.check_data import check_data

        app.command("check-data", cls=Command, epilog=CHECK_DATA_EPILOG)(check_data)
    else:
        summary = "Check stored values against a stricter URL type, and with --fix write those that it would only change."
        app.command("check-data", cls=Command, help=summary)(_unused)


def _unused() -> None:
    """Stands in for a command in the help."""


def _usage(error: Exception, command: Any, arguments: Sequence[str]) -> str | None:
    """A usage error of the command line on one line, with the nearest names; None for any other error."""
    name = type(error).__name__
    if name == "Abort":
        return "interrupted, nothing half-written"
    if not hasattr(error, "format_message"):
        return None
    message = str(error.format_message()).rstrip(".").replace("\n", " ")
    context = getattr(error, "ctx", None)
    commands = getattr(command, "commands", {})
    path = next((f"refactorkit {a}" for a in arguments[:1] if a in commands), "refactorkit")
    see = f"see {path} --help"
    if name == "NoSuchOption":
        known = [o for p in context.command.params for o in p.opts] if context else []
        option = str(getattr(error, "option_name", ""))
        near = nearest(option, known, see) if option.startswith("--") else see
        return f"there is no option {option}: {near}"
    if "No such command" in message:
        asked = message.rpartition("No such command")[2].strip(" '.").split("'")[0]
        return f"there is no command {asked!r}: {nearest(asked, commands, see)}"
    message = message.replace("Value error, ", "").replace("Input should be ", "it must be ")
    return f"{message[:1].lower()}{message[1:]}: {see}" if message else None
