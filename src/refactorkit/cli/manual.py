"""How `--help` is written: options in named groups, one column each, and examples at the end as they are typed.

Written with typer's own plain formatter: its rich one takes longer to load than everything else together, cuts what is
long, and its yellow can't be read on a light background. Bold is the only decoration, on a terminal.
"""

from __future__ import annotations

import inspect
import re
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

CHECKED = "What is checked"
CHANGED = "What is changed"
WHERE = "Where it goes"
PROOF = "Proof"
OUTPUT = "Output"
RUNNING = "Running"
GROUPS = (CHECKED, CHANGED, WHERE, PROOF, OUTPUT, RUNNING)
"""The groups of options, in the order of the help. An option without a group is in the last one."""

BOLD = re.compile(r"\x1b\[\d+m")
LEAST = re.compile(r"\bx>=([\d.]+)")
"""How typer writes the lowest number that an option takes."""
MAX_WIDTH = 100
"""Columns; longer lines are harder to read, however wide the terminal."""


class Command(TyperCommand):
    """A command whose help has groups. Its epilog is printed as it is written; lines without indent are headings."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """`Usage: refactorkit apply [OPTIONS] ID PATH...`."""
        words = ["[OPTIONS]", *(str(p.metavar or p.name) for p in self.params if _is_argument(p))]
        formatter.write_usage(ctx.command_path, " ".join(words), prefix=f"{_bold('Usage:')} ")

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        """What the command does."""
        formatter.write_paragraph()
        formatter.write_text(inspect.cleandoc(self.help or ""))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The arguments, then the options by group."""
        _write_options(self, ctx, formatter)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Exit codes and examples."""
        _write_epilog(self.epilog, formatter)


class Group(TyperGroup):
    """The program: its commands with their whole first sentence, then its options."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """`Usage: refactorkit [OPTIONS] COMMAND ...`."""
        formatter.write_usage(ctx.command_path, "COMMAND [ARGS]...", prefix=f"{_bold('Usage:')} ")

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        """What the program does."""
        formatter.write_paragraph()
        formatter.write_text(inspect.cleandoc(self.help or ""))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The commands, then the options."""
        rows = [
            (_bold(name), " ".join((command.help or "").partition("\n\n")[0].split()))
            for name, command in self.commands.items()
        ]
        with formatter.section(_bold("Commands")):
            formatter.write_dl(rows)
        _write_options(self, ctx, formatter)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Examples."""
        _write_epilog(self.epilog, formatter)


def _is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def _write_options(command: Any, ctx: Any, formatter: Any) -> None:
    parameters = command.get_params(ctx)
    arguments = [(_bold(str(p.metavar)), p.help) for p in parameters if _is_argument(p)]
    if arguments:
        with formatter.section(_bold("Arguments")):
            formatter.write_dl(arguments)
    groups: dict[str, list[tuple[str, str]]] = {name: [] for name in GROUPS}
    for parameter in parameters:
        record = None if _is_argument(parameter) else parameter.get_help_record(ctx)
        if record is not None:
            groups[parameter.rich_help_panel or RUNNING].append(_record(parameter, *record))
    shown = {name: rows for name, rows in groups.items() if rows}
    width = max(_length(first) for rows in shown.values() for first, _ in rows)
    for name, rows in shown.items():
        with formatter.section(_bold(name if len(shown) > 1 else "Options")):
            formatter.write_dl([(first + " " * (width - _length(first)), text) for first, text in rows])


def _record(parameter: Any, names: str, text: str) -> tuple[str, str]:
    """The names in bold and their value plain; short names first, long ones aligned below each other."""
    short = [name for name in parameter.opts if not name.startswith("--")]
    long = [name for name in parameter.opts if name.startswith("--")]
    value = names[len(", ".join(parameter.opts)) :].strip()
    start = f"{_bold(short[0])}, " if short else "    "
    return f"{start}{', '.join(map(_bold, long))}{f' {value}' if value else ''}", LEAST.sub(
        r"at least \1", text
    )


def _write_epilog(text: str | None, formatter: Any) -> None:
    if not text:
        return
    formatter.write_paragraph()
    for line in inspect.cleandoc(text).splitlines():
        formatter.write(f"{_bold(line) if line and not line.startswith(' ') else line}\n")


def _length(text: str) -> int:
    """Columns of `text` on a terminal."""
    return len(BOLD.sub("", text))


def _bold(text: str) -> str:
    """`text` in bold; typer takes that away again where no terminal reads it."""
    return typer.style(text, bold=True)
