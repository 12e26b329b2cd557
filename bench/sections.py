"""The parts of the scoreboard, each with its own bars. Each can be run by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

from msgspec import Struct

from bench import commands, subject
from bench.measure import Command, Run, run_once, side_by_side
from bench.table import COSTS, MIB, Section, Verdict, at_most, costs, slower, times

AST_GREP, AST_GREP_WARM = 2.5, 1.0
"""Times the wall time of ast-grep, which renames text in Rust, that http-url may take."""
LIBCST_RENAME = 80
PEAK_MIB = 120
TREE_MIB = 1024
FLAT = 1.25
"""Times the CPU per file of one copy that ten copies may take."""
SECONDS = {"sync-wrapper": (6.0, 1.0), "hoist-imports": (10.0, 2.0), "narrow-except": (8.0, 1.5)}
"""Wall seconds on one copy, cold and warm, without the gate that imports the project."""
CHANGED, CHANGED_WIDE = 0.5, 1.5
"""Wall seconds after a change of one file, for http-url and for the other codemods."""
HELP = 1.5
"""Times the CPU of importing typer that `--help` may take."""
DETECTION = {"hoist-imports": "PLC0415", "narrow-except": "BLE001,E722"}
"""ruff's rules that find what a codemod works on."""


class Plan(Struct, frozen=True, kw_only=True):
    """What to run: where, how often, which codemods, and whom to tell how far it is."""

    scratch: Path
    files: subject.Files
    runs: int
    slow_runs: int
    copies: tuple[int, ...]
    codemods: tuple[str, ...]
    note: Callable[[str], None]

    @property
    def bytecode(self) -> Path:
        """Where compiled modules are kept."""
        return self.scratch / "bytecode"

    def repository(self, copies: int) -> Path:
        """A repository with so many copies of the subject; made when it is first asked for."""
        folder = self.scratch / f"copies-{copies}"
        if not folder.is_dir():
            subject.lay_out(subject.copies(self.files, copies), folder)
            subject.commit_everything(folder)
        return folder

    def kept(self, name: str) -> Path:
        """A folder of its own for what refactorkit keeps between runs."""
        return self.scratch / "kept" / name


def renaming(plan: Plan) -> Section:
    """http-url beside tools that rename the alias."""
    one, bytecode = plan.repository(1), plan.bytecode
    cold, warm = (
        commands.apply("http-url", one, bytecode),
        commands.apply("http-url", one, bytecode, plan.kept("rename"), is_warm=True),
    )
    grep = commands.ast_grep(one, bytecode)
    own, kept, theirs = side_by_side([cold, warm, grep], plan.runs, plan.note)
    ratio, warm_ratio = times(own, theirs), times(kept, theirs)
    peak = max(run.peak for run in own) / MIB
    rows = [
        costs(cold, own, at_most(peak, PEAK_MIB, "MiB", "largest process ")),
        costs(cold, own, at_most(ratio, AST_GREP, "times", "against ast-grep ")),
        costs(warm, kept, at_most(warm_ratio, AST_GREP_WARM, "times", "against ast-grep ")),
        costs(grep, theirs, Verdict("renames text, also where the alias is defined")),
    ]
    shown: list[Command] = [cold, grep]
    for peer in commands.peer_commands(one, bytecode) if plan.slow_runs else ():
        before, runs, after = _between(plan, cold, peer)
        rows.append(costs(peer, runs, slower("http-url", runs, _mean(before, after))))
        shown.append(peer)
    if plan.slow_runs:
        rename = commands.libcst_rename(plan.scratch / "copy", plan.files, bytecode)
        before, runs, after = _between(plan, cold, rename)
        rows.append(costs(rename, runs, slower("http-url", runs, _mean(before, after), LIBCST_RENAME)))
        shown.append(rename)
    text = (
        "The commands don't do the same work. The others rename a name, so that the program goes on accepting what it "
        "accepted, or, with pydantic's strict type, fails on good URLs; http-url judges each model. bump-pydantic has no "
        f"rule for URL types: it is what there is to move a project's pydantic models. A peer that is not done after "
        f"{commands.PATIENCE:g} s is stopped."
    )
    return Section(
        title="A permissive URL type", text=text, headings=COSTS, rows=tuple(rows), commands=tuple(shown)
    )


def others(plan: Plan) -> Section:
    """The other codemods beside what finds the same sites, and beside LibCST's runner with nothing to do."""
    one, bytecode = plan.repository(1), plan.bytecode
    wanted = [name for name in plan.codemods if name != "http-url"]
    own = {name: commands.apply(name, one, bytecode) for name in wanted}
    finders = {name: commands.ruff(one, bytecode, DETECTION[name]) for name in wanted if name in DETECTION}
    nothing = commands.libcst_nothing(plan.scratch / "copy", plan.files, bytecode)
    listed = [*own.values(), *finders.values(), *([nothing] if plan.slow_runs else [])]
    made = side_by_side(listed, max(plan.slow_runs, 1), plan.note, warm_ups=0)
    runs = {command.shown: found for command, found in zip(listed, made, strict=True)}
    rows = []
    for name, command in own.items():
        verdict = Verdict("judges each site")
        if plan.slow_runs:
            other = runs[nothing.shown]
            verdict = slower("it", other, runs[command.shown])
            verdict = Verdict(f"LibCST, doing nothing, {verdict.measured}", verdict.bar, verdict.met)
        rows.append(costs(command, runs[command.shown], verdict))
        if name in finders:
            found = runs[finders[name].shown]
            said = Verdict(
                f"finds, can't repair; {name} takes {times(runs[command.shown], found):.0f} times it"
            )
            rows.append(costs(finders[name], found, said))
    if plan.slow_runs:
        rows.append(costs(nothing, runs[nothing.shown], Verdict("parses and writes each file")))
    text = (
        "No other tool does these jobs. ruff, in Rust, finds sites of the same kinds. What every codemod takes that runs "
        "under LibCST's own runner, whatever it does, is shown by the one that does nothing."
    )
    return Section(
        title="Deferred imports, pairs, handlers",
        text=text,
        headings=COSTS,
        rows=tuple(rows),
        commands=tuple(listed),
    )


def scale(plan: Plan) -> Section:
    """Each codemod on one, three and ten copies: cold, warm, and how much memory all its processes take."""
    rows = [row for name in plan.codemods for row in _growing(plan, name)]
    headings = (
        "codemod", "copies", "files", "cold s", "CPU s", "CPU ms/file", "warm s", "MiB, all", "measured", "bar", "",
    )  # fmt: skip
    text = (
        "Cold runs begin with an empty cache, warm ones with what the cold one before left. The copies of src/ lie side by "
        "side in one repository; their modules have the same names, so each import has as many candidates. Memory is that "
        "of all processes together, sampled every 20 ms in a run of its own."
    )
    return Section(title="Growth", text=text, headings=headings, rows=tuple(rows))


def _growing(plan: Plan, name: str) -> Iterator[tuple[str, ...]]:
    """The rows of one codemod."""
    files, _ = subject.size(plan.files)
    per_file: dict[int, float] = {}
    for number in plan.copies:
        repository, kept = plan.repository(number), plan.kept(f"{name}-{number}")
        cold = commands.apply(name, repository, plan.bytecode, kept)
        warm = commands.apply(name, repository, plan.bytecode, kept, is_warm=True)
        watched = run_once(cold, is_watched=True)
        plan.note(f"{name} on {number}: all its processes take {watched.peak / MIB:.0f} MiB")
        first, again = side_by_side([cold, warm], max(plan.slow_runs, 1), plan.note, warm_ups=0)
        per_file[number] = 1000 * median(run.cpu for run in first) / (files * number)
        figures = (
            name, str(number), str(files * number), _seconds(first), f"{median(run.cpu for run in first):.2f}",
            f"{per_file[number]:.2f}", _seconds(again), f"{watched.peak / MIB:.0f}",
        )  # fmt: skip
        for verdict in _judged(name, number, first, again, watched, per_file):
            yield (*figures, *verdict.cells)


def _judged(
    name: str,
    number: int,
    cold: Sequence[Run],
    warm: Sequence[Run],
    watched: Run,
    per_file: dict[int, float],
) -> Iterator[Verdict]:
    """What the runs say about the bars that there are for so many copies; one verdict without a bar, if there is none."""
    if number == 1 and name in SECONDS:
        yield at_most(median(run.wall for run in cold), SECONDS[name][0], "s", "cold ")
        yield at_most(median(run.wall for run in warm), SECONDS[name][1], "s", "warm ")
    elif number >= 10:
        yield at_most(watched.peak / MIB, TREE_MIB, "MiB", "all processes ")
        if 1 in per_file:
            yield at_most(per_file[number] / per_file[1], FLAT, "times", "CPU per file against one copy ")
    else:
        yield Verdict("")


def changed(plan: Plan) -> Section:
    """Each codemod after a change of one file in a project that it has seen."""
    repository = plan.scratch / "changing"  # of its own: it gets new commits
    if not repository.is_dir():
        subject.lay_out(plan.files, repository)
        subject.commit_everything(repository)
    listed = [
        commands.after_one_change(name, repository, plan.bytecode, plan.kept("changed"))
        for name in plan.codemods
    ]
    rows = []
    for command, name, runs in zip(
        listed, plan.codemods, side_by_side(listed, plan.runs, plan.note), strict=True
    ):
        bar = CHANGED if name == "http-url" else CHANGED_WIDE
        rows.append(costs(command, runs, at_most(median(run.wall for run in runs), bar, "s")))
    text = f"Before each run a commit adds a comment to `{subject.TOUCHED}`; the cache holds what earlier runs left."
    return Section(
        title="One file changed", text=text, headings=COSTS, rows=tuple(rows), commands=tuple(listed[:1])
    )


def start(plan: Plan) -> Section:
    """What it takes to begin."""
    folder = plan.repository(1)
    own = commands.python("refactorkit --help", plan.bytecode, folder, "-m", "refactorkit", "--help")
    typer = commands.python("import typer", plan.bytecode, folder, "-c", "import typer")
    ours, theirs = side_by_side([own, typer], plan.runs, plan.note)
    ratio = median(one.cpu / other.cpu for one, other in zip(ours, theirs, strict=True))
    rows = (
        costs(own, ours, at_most(ratio, HELP, "times", "CPU against importing typer ")),
        costs(typer, theirs, Verdict("")),
    )
    return Section(
        title="Start",
        text="The command line is built on typer.",
        headings=COSTS,
        rows=rows,
        commands=(own, typer),
    )


SECTIONS: dict[str, Callable[[Plan], Section]] = {
    "rename": renaming,
    "others": others,
    "scale": scale,
    "changed": changed,
    "start": start,
}
"""The sections by the name that `--only` takes, in the order of the page."""


def _between(plan: Plan, own: Command, slow: Command) -> list[list[Run]]:
    """A slow command between two runs of ours: it takes minutes, and the machine may have changed since the others ran."""
    return side_by_side([own, slow, own], plan.slow_runs, plan.note, warm_ups=0)


def _mean(before: Sequence[Run], after: Sequence[Run]) -> list[Run]:
    """What ours took on average just before and just after each run of another."""
    return [
        Run(wall=(a.wall + b.wall) / 2, cpu=(a.cpu + b.cpu) / 2, peak=max(a.peak, b.peak))
        for a, b in zip(before, after, strict=True)
    ]


def _seconds(runs: Sequence[Run]) -> str:
    return f"{median(run.wall for run in runs):.2f}"
