"""The report that a person reads: on terminals of any width, and in files."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.cells import cell_len
from rich.color import Color
from rich.console import Console

from refactorkit.model import (
    Change,
    Failed,
    Finding,
    Level,
    Plan,
    Skipped,
    Status,
    Unchanged,
    Verification,
)
from refactorkit.report import page, text

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
WORDS = "because src/app/api/routes/catalogue.py:25 create_book takes it as body and hands it to the store"


def finding(path: str, line: int, message: str, status: Status = Status.CHANGED, **more: Any) -> Finding:
    return Finding(
        path=path,
        line=line,
        column=0,
        end_line=line,
        status=status,
        level=Level.PROVED,
        message=message,
        reason=more.pop("reason", None),
        evidence=more,
    )


CHANGE = Change(
    path="src/app/models.py",
    before=b"import a\n\nx: a.Lax\n",
    after=b"import b\n\nx: b.Strict\n",
    findings=(
        finding("src/app/models.py", 1, "imports b"),
        finding("src/app/models.py", 3, f"Lax becomes Strict: {WORDS}", field="Model.x"),
    ),
)
NOTE = Change(path="docs/note.md", before=None, after=b"a\n" * 60)
LEFT = Unchanged(
    path="src/app/other.py",
    findings=(
        finding(
            "src/app/other.py", 7, f"it is {WORDS}", Status.REFUSED, reason="used-as-str", field="Other.url"
        ),
        finding(
            "src/app/other.py", 120, "by a comment", Status.SUPPRESSED, reason="suppressed", field="Other.b"
        ),
    ),
)
PLAN = Plan(
    codemod="swap-it",
    version="1.0.0",
    options={},
    branch="refactorkit/swap-it",
    commit="0123456789abcdef",
    outcomes=(NOTE, CHANGE, LEFT),
    verification=(
        Verification(gate="source", ok=True, detail="1 file parses"),
        Verification(gate="import", ok=None, detail="there is no interpreter"),
        Verification(gate="command", ok=False, detail="pytest exited 1"),
    ),
)


def shown(plan: Plan, width: int = 160, terminal: bool = False, **how: Any) -> str:
    """What is printed, on a terminal of a width or into a file."""
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=width,
        force_terminal=terminal,
        highlight=False,
        color_system="256" if terminal else None,
        _environ={},
    )
    text.write(console, plan, **{"dry_run": False, **how})
    return stream.getvalue()


def with_findings(*findings: Finding) -> Plan:
    return msgspec.structs.replace(
        PLAN, outcomes=tuple(Unchanged(path=f.path, findings=(f,)) for f in findings)
    )


def test_the_parts_come_in_the_order_in_which_they_are_read() -> None:
    plan = msgspec.structs.replace(
        PLAN,
        outcomes=(
            *PLAN.outcomes,
            Failed(path="z.py", error="syntax"),
            Skipped(path="y.py", reason="a symlink"),
        ),
    )
    lines = shown(plan).splitlines()
    parts = ["diff --git a/src/app/models.py b/src/app/models.py", "diff --git a/docs/note.md b/docs/note.md"]
    parts += ["swap-it: 2 files changed (4 sites: 2 changed, 1 refused, 1 suppressed)"]
    parts += ["changed", "refused", "suppressed", "skipped", "failed", "verified"]
    parts += ["Committed 0123456789 on refactorkit/swap-it. To go on:"]
    assert [lines.index(part) for part in parts] == sorted(lines.index(part) for part in parts)


def test_outside_of_a_terminal_nothing_is_wrapped_coloured_or_padded() -> None:
    out = shown(PLAN, width=20, shows_diff=False)
    assert out == ESCAPE.sub("", out)
    assert f"    3  Model.x  Lax becomes Strict: {WORDS}\n" in out
    assert f"    7  Other.url  used-as-str  it is {WORDS}\n" in out
    assert [line for line in out.splitlines() if line != line.rstrip()] == []


@pytest.mark.parametrize("width", [80, 100, 120])
def test_on_a_terminal_messages_are_wrapped_below_themselves(width: int) -> None:
    lines = ESCAPE.sub("", shown(PLAN, width, terminal=True, shows_diff=False)).splitlines()
    assert max(map(len, lines)) <= width
    first = next(i for i, line in enumerate(lines) if "Lax becomes" in line)
    indent = lines[first].index("Lax becomes")
    assert lines[first + 1][:indent].strip() == ""
    assert lines[first + 1][indent] != " "
    assert [line for line in lines if line != line.rstrip()] == []


def test_a_message_without_room_beside_its_head_starts_on_its_own_line() -> None:
    lines = ESCAPE.sub("", shown(PLAN, 50, terminal=True, shows_diff=False)).splitlines()
    at = lines.index("    7  Other.url  used-as-str")
    assert lines[at + 1].startswith("       it is because")


def test_a_path_longer_than_the_terminal_stays_whole() -> None:
    path = "src/" + "/".join(["a_rather_long_folder_name"] * 6) + "/module.py"
    plan = with_findings(finding(path, 1, f"because {path}:12 uses it", field="A.b"))
    lines = ESCAPE.sub("", shown(plan, 80, terminal=True)).splitlines()
    assert f"  {path}" in lines
    assert any(f"{path}:12" in line for line in lines if line != f"  {path}")


def test_one_long_name_does_not_move_the_others() -> None:
    plan = with_findings(
        finding("a.py", 1, "one", field="A.b"),
        finding("a.py", 2, "two", field="A" * 40),
        finding("a.py", 3, "x", field="A.bc"),
    )
    out = shown(plan)
    assert "    1  A.b   one\n" in out
    assert f"    2  {'A' * 40}  two\n" in out


def test_wide_characters_keep_the_columns() -> None:
    plan = with_findings(
        finding("a.py", 1, "one", field="Modell.größe"), finding("a.py", 2, "two", field="模型.网址")
    )
    one, two = (line for line in shown(plan).splitlines() if line.endswith(("  one", "  two")))
    assert cell_len(one) == cell_len(two)


def test_fields_lead_and_the_imports_that_follow_from_them_come_after() -> None:
    only_imports = finding("a.py", 1, "imports c")
    plan = msgspec.structs.replace(PLAN, outcomes=(CHANGE, Unchanged(path="a.py", findings=(only_imports,))))
    lines = [line.split("  ")[-1] for line in shown(plan, shows_diff=False).splitlines()]
    wanted = ["src/app/models.py", f"Lax becomes Strict: {WORDS}", "imports b", "a.py", "imports c"]
    assert [line for line in lines if line in wanted] == wanted


def test_findings_without_evidence_stay_in_the_order_of_their_lines_and_are_not_dimmed() -> None:
    change = msgspec.structs.replace(
        CHANGE, findings=tuple(finding("a.py", n, "logging.warn is deprecated") for n in (2, 11))
    )
    out = shown(msgspec.structs.replace(PLAN, outcomes=(change,)), terminal=True, shows_diff=False)
    assert "     2  logging.warn is deprecated\n    11  logging.warn is deprecated\n" in out


def test_a_suppressed_site_does_not_say_so_twice() -> None:
    assert "    120  Other.b  by a comment\n" in shown(PLAN)


def test_many_refusals_of_a_reason_are_counted_and_the_others_listed() -> None:
    many = [
        finding(f"src/m{n % 7}.py", n, "it types a parameter", Status.REFUSED, reason="not-a-field")
        for n in range(1, 124)
    ]
    few = finding("src/a.py", 5, "used in b.py:3", Status.REFUSED, reason="used-as-str", field="A.url")
    out = shown(with_findings(*many, few))
    assert "  not-a-field  123 sites in 7 files\n  --output-format json lists each of them.\n" in out
    assert "    5  A.url  used-as-str  used in b.py:3\n" in out
    assert "it types a parameter" not in out
    assert "(124 sites: 124 refused)" in out


def test_what_is_changed_is_listed_however_long() -> None:
    plan = with_findings(*(finding("a.py", n, f"site {n}", field=f"A.f{n}") for n in range(1, 101)))
    assert sum(f"site {n}\n" in shown(plan) for n in range(1, 101)) == 100


def test_refusals_point_to_what_their_reasons_ask_for() -> None:
    hint = "`refactorkit explain swap-it` says what each reason asks for."
    assert hint in shown(PLAN)
    assert hint not in shown(msgspec.structs.replace(PLAN, outcomes=(CHANGE,)))


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (1000, "1000 files")]
)
def test_plurals_are_right(number: int, said: str) -> None:
    assert text.count(number, "file") == said


def test_a_plan_without_sites_is_one_line() -> None:
    assert (
        shown(Plan(codemod="swap-it", version="1", options={})) == "swap-it: nothing to change (no sites)\n"
    )


def test_a_dry_run_says_that_nothing_was_written() -> None:
    plan = msgspec.structs.replace(PLAN, branch=None, commit=None)
    out = shown(plan, dry_run=True)
    assert "swap-it: 2 files would change (4 sites: " in out
    assert out.endswith("\nNothing was written.\n")


def test_the_next_steps_can_be_pasted_into_a_shell() -> None:
    plan = msgspec.structs.replace(PLAN, branch="it's/mine")
    assert "  git switch 'it'\"'\"'s/mine' " in shown(plan)
    assert "git switch refactorkit/swap-it " in shown(PLAN)
    assert "To go on" not in shown(PLAN, steps=False)


def test_gates_say_how_they_ended() -> None:
    assert "  source   ok       1 file parses\n" in shown(PLAN)
    assert "  import   not run  there is no interpreter\n" in shown(PLAN)
    assert "  command  failed   pytest exited 1\n" in shown(PLAN)


def test_a_long_new_file_can_be_cut_and_says_how_much_is_missing() -> None:
    out = shown(PLAN, new_file_lines=12)
    assert out.count("\n+a") == 12
    assert "\n... and 48 more lines\n" in out
    assert "more lines" not in shown(PLAN)


def test_the_diff_in_a_file_is_taken_by_git_apply(tmp_path: Path) -> None:
    before = b"def f():\r\n\treturn 1  # \xc3\xa9\x0c\r\n\x0c\nx = 1 \nlast"
    after = b"def f():\r\n\treturn 2  # \xc3\xa9\x0c\r\n\x0c\nx = 2 \nlast = 1"
    plan = msgspec.structs.replace(PLAN, outcomes=(Change(path="a b.py", before=before, after=after),))
    (tmp_path / "a b.py").write_bytes(before)
    diff = shown(plan, width=20).partition("\n\nswap-it: ")[0] + "\n"
    (tmp_path / "diff").write_bytes(diff.encode())
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    subprocess.run(["git", "apply", "--whitespace=nowarn", "diff"], cwd=tmp_path, check=True)
    assert (tmp_path / "a b.py").read_bytes() == after


def test_a_terminal_is_not_given_control_characters_of_the_files_it_shows() -> None:
    change = msgspec.structs.replace(CHANGE, before=b"a\n", after=b"a\n\t'\x1b[31m\x07\x9b'\n")
    plan = msgspec.structs.replace(PLAN, outcomes=(change,))
    assert "\t'\\x1b[31m\\x07" in shown(plan, terminal=True)
    assert "\t'\x1b[31m\x07" in shown(plan)


def test_diff_lines_are_never_wrapped() -> None:
    change = msgspec.structs.replace(CHANGE, before=b"", after=b"x = '" + b"word " * 60 + b"'\n")
    out = shown(msgspec.structs.replace(PLAN, outcomes=(change,)), 80, terminal=True)
    assert "+x = '" + "word " * 60 + "'" in out


@pytest.mark.parametrize("name", ["GREEN", "ORANGE", "CYAN", "RED"])
@pytest.mark.parametrize("background", [0.0, 1.0])
def test_colours_are_readable_on_dark_and_on_light_backgrounds(name: str, background: float) -> None:
    """Contrast as WCAG 2 defines it, from the relative luminance of both colours; 3 is its bar for large text."""
    colour = Color.parse(getattr(page, name)).get_truecolor()
    channels = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    luminance = sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), channels, strict=True))
    light, dark = max(luminance, background), min(luminance, background)
    assert (light + 0.05) / (dark + 0.05) >= 3.6
