"""`--interactive`: each site of a plan on the terminal, a key for what becomes of it, and the selection that comes of it."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
import typer

from refactorkit import catalogue
from refactorkit.application import Request, apply
from refactorkit.choice import NotAlone
from refactorkit.cli.progress import Progress
from refactorkit.config import ConfigError
from refactorkit.model import Plan
from refactorkit.report.page import GREEN, RED, Console, blank, line, say
from refactorkit.report.site import write_evidence, write_site
from refactorkit.review import Place, Review, answered, kind, place
from refactorkit.selection import Selection, Verdict, choices, dump, load, of_plans, sites

KEYS = """y  accept this site
n  reject it
s  put it off: nothing is said of it
f  accept all of this file
l  accept all of this level
k  accept all of this kind
u  take the last answer back
e  explain: the evidence, and what the codemod is for
q  quit and keep what was decided: what is accepted is applied
?  this help"""
END = "\x04"
"""The end of input: Ctrl-D."""
STOP = frozenset(("q", END))

Verdicts = dict[str, dict[Place, Verdict]]


def check_terminal(request: Request) -> None:
    """Raise ConfigError where nobody can be asked, or where lines would mean nothing once the first codemod has run."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise ConfigError(
            "--interactive needs a terminal: run it in one, or review the page of --output-format html"
        )
    if len(request.codemods) > 1 and (request.stack or request.in_place):
        raise ConfigError("--interactive asks about one codemod at a time here: name one")


def review(request: Request, file: Path | None, folder: Path | None, console: Console) -> Selection:
    """Ask about every site of the plans; what was decided. `file` is where that is kept, and found again.

    `folder` holds local codemods. Raises ConfigError for a file that is no selection.
    """
    with Progress() as progress:
        asked = msgspec.structs.replace(request, dry_run=True, selection=None, verify=None)
        plans = list(apply(asked, Path.cwd(), lambda text: None, progress.stage))
    known = load(file) if file is not None and file.exists() else Selection()
    verdicts = {plan.codemod: _recalled(plan, known) for plan in plans}
    total = sum(len(choices(plan)) for plan in plans)
    left = total - sum(map(len, verdicts.values()))
    if not total:
        say(console, "There is nothing to decide on.", style="dim")
    else:
        said = f", {total - left} decided before" if left < total else ""
        say(console, f"{total} {'site' if total == 1 else 'sites'}{said}. ? shows the keys.", style="dim")

    def keep() -> Selection:
        made = of_plans(plans, verdicts)
        if file is not None:
            _write(file, dump(made))
        return made

    with _single_keys():
        for plan in plans:
            if _is_left(plan, verdicts) and not _ask(plan, verdicts, folder, console, keep):
                break
        while (lacking := _lacking(asked, keep())) is not None:
            _settle(lacking, verdicts, console)
    made = keep()
    _summarise(console, made, total, file)
    return made


def _summarise(console: Console, made: Selection, total: int, file: Path | None) -> None:
    accepted = sum(site.verdict is Verdict.ACCEPTED for site in made.sites)
    counts = f"{accepted} accepted, {len(made.sites) - accepted} rejected, {total - len(made.sites)} left"
    kept = f"; kept in {file}" if file is not None else ""
    blank(console)
    say(console, f"{counts}{kept}.", style="dim")


def _is_left(plan: Plan, verdicts: Verdicts) -> bool:
    return any(place(f) not in verdicts[plan.codemod] for f in choices(plan))


def _recalled(plan: Plan, known: Selection) -> dict[Place, Verdict]:
    """What was decided before on sites that are still as they were."""
    before = {(s.path, s.line, s.digest): s.verdict for s in known.sites if s.codemod == plan.codemod}
    everything = {(f.path, f.line): Verdict.ACCEPTED for f in choices(plan)}
    return {
        (site.path, site.line): before[site.path, site.line, site.digest]
        for site in sites(plan, everything)
        if (site.path, site.line, site.digest) in before
    }


def _write(file: Path, text: str) -> None:
    """Replace the file at once, so that none is ever half-written."""
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="ascii")
        beside.replace(file)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise ConfigError(
            f"--selection {file} can't be written: {error.strerror}: check the folder"
        ) from error


def _ask(
    plan: Plan, verdicts: Verdicts, folder: Path | None, console: Console, keep: Callable[[], Any]
) -> bool:
    """Ask about the sites of one plan until all are decided; False when the reviewer quits."""
    state = Review(tuple(choices(plan)), verdicts[plan.codemod])
    shown = None
    while (current := state.current) is not None:
        if current is not shown:
            count = f"{state.number} of {len(state.sites)}"
            write_site(console, plan, current, count, kind(current))
            shown = current
        key = _key(console, "[y n s f l k u e q ?] ")
        if key in STOP:
            return False
        if key == "e":
            write_evidence(console, current, catalogue.listed(plan.codemod, folder).text)
        elif (after := answered(state, key)) is not None:
            _tell(console, state, after)
            state = after
            verdicts[plan.codemod] = state.verdicts
            keep()
            shown = None if key == "u" else shown
        else:
            for text in KEYS.split("\n"):
                line(console, [f"  {text}"])
    return True


@contextmanager
def _single_keys() -> Iterator[None]:
    """Keys come one by one, without Enter and without being shown; what was typed ahead stays."""
    try:
        import termios
        import tty
    except ImportError:  # not on Windows, where typer asks for a key
        yield
        return
    stdin = sys.stdin.fileno()
    before = termios.tcgetattr(stdin)
    tty.setcbreak(stdin, termios.TCSADRAIN)
    try:
        yield
    finally:
        termios.tcsetattr(stdin, termios.TCSADRAIN, before)


def _key(console: Console, prompt: str) -> str:
    """The key that is pressed; the end of input counts as one."""
    console.file.write(prompt)
    console.file.flush()
    if os.name == "posix":
        stdin = sys.stdin.fileno()
        key = os.read(stdin, 1).decode("ascii", "replace") or END
        while key == "\x1b" and select.select([stdin], [], [], 0.01)[0]:
            if not os.read(stdin, 1):  # the rest of an arrow key and the like, which is none of ours
                break
    else:
        key = str(typer.getchar())
    console.file.write("\r\x1b[K")
    return key


def _tell(console: Console, before: Review, after: Review) -> None:
    new = {p: v for p, v in after.verdicts.items() if p not in before.verdicts}
    accepted = sum(verdict is Verdict.ACCEPTED for verdict in new.values())
    if accepted:
        line(console, [(f"accepted{f': {accepted} sites' if accepted > 1 else ''}", GREEN)])
    elif new:
        line(console, [("rejected", RED)])
    else:
        line(console, [("taken back" if len(after.verdicts) < len(before.verdicts) else "put off", "dim")])


def _lacking(asked: Request, made: Selection) -> NotAlone | None:
    """What the accepted sites need beside themselves; None when nothing is missing."""
    try:
        for _ in apply(
            msgspec.structs.replace(asked, selection=made, gate=None), Path.cwd(), lambda text: None
        ):
            pass
    except NotAlone as error:
        return error
    return None


def _settle(lacking: NotAlone, verdicts: Verdicts, console: Console) -> None:
    """Ask whether what is needed is accepted, too, or what needs it is rejected."""
    blank(console)
    say(console, f"{_listed(lacking.missing)} can change only together with {_listed(lacking.needed)}.")
    key = ""
    while key not in ("y", "n", END):
        key = _key(console, "[y accepts those, too; n rejects the former] ")
    chosen = lacking.needed if key == "y" else lacking.missing
    verdict = Verdict.ACCEPTED if key == "y" else Verdict.REJECTED
    verdicts[lacking.codemod] = verdicts[lacking.codemod] | dict.fromkeys(chosen, verdict)
    line(console, [("accepted", GREEN) if key == "y" else ("rejected", RED)])


def _listed(places: Sequence[Place]) -> str:
    return ", ".join(f"{path}:{number}" for path, number in places)


__all__ = ["check_terminal", "review"]
