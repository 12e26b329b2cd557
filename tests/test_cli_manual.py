"""`--help` as a manual: groups, examples, whole sentences, and quickly."""

from __future__ import annotations

import os
import pty
import re
import subprocess

import pytest

from refactorkit.cli.manual import GROUPS
from repositories import command, environment, spawn

COMMANDS = (
    "apply",
    "list",
    "explain",
    "demo",
    "new",
    "test",
    "schema",
    "check-data",
    "cache",
    "cycles",
    "observe",
    "explain-handler",
)


@pytest.mark.parametrize("width", ["60", "80", "120"])
@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_fits_the_terminal_and_nothing_is_cut(name: str, width: str) -> None:
    shown = spawn(*filter(None, [name]), "--help", COLUMNS=width)
    assert (shown.code, shown.err) == (0, "")
    prose = shown.out.partition("\nExamples:\n")[0]  # examples are one line each, as they are typed
    assert max(map(len, prose.splitlines())) <= min(int(width), 100)
    assert max(map(len, shown.out.splitlines())) <= max(int(width), 80)
    assert "x>=" not in shown.out
    assert "..." not in prose.replace("[ARGS]...", "").replace("PATH...", "").replace("CMD...", "").replace(
        "ID[,ID...]", ""
    )
    assert "<" not in shown.out
    assert "\x1b" not in shown.out


def test_options_stand_in_groups_with_their_defaults() -> None:
    shown = spawn("apply", "--help", COLUMNS="80").out
    headings = re.findall(r"(?m)^(\S.*):$", shown)
    assert headings == ["Arguments", *GROUPS[1:], "Exit codes", "Examples"]
    groups = {part.partition(":\n")[0]: " ".join(part.split()) for part in shown.split("\n\n")}
    assert "--base REF The commit to read and build on. [default: HEAD]" in groups["Where it goes"]
    assert "-o, --option KEY=VALUE An option of the codemod" in groups["What is changed"]
    assert "Examples:\n  See what would change" in shown


def test_every_example_of_the_help_is_a_command_line_that_parses() -> None:
    examples = re.findall(
        r"(?m)^ +refactorkit (\S.*?)(?:  .*)?$", spawn("--help").out + spawn("apply", "--help").out
    )
    assert len(examples) >= 9
    for line in examples:
        name, *rest = line.split()
        known = spawn(name, "--help").out
        assert all(word in known for word in rest if word.startswith("-")), line


def test_headings_are_bold_on_a_terminal_and_nothing_is_coloured() -> None:
    main, other = pty.openpty()
    subprocess.run(command("apply", "--help"), env=environment(TERM="xterm"), stdout=other, check=True)
    os.close(other)
    shown = os.read(main, 100_000).decode()
    os.close(main)
    assert "\x1b[1mProof\x1b[0m:" in shown
    assert set(re.findall(r"\x1b\[(\d+)m", shown)) == {"0", "1"}
