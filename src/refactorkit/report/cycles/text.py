"""Import cycles for people: a table of all, then for each the shortest loop and what to cut."""

from __future__ import annotations

from refactorkit.analysis.import_cycles import ImportCycle
from refactorkit.report.cycles import CyclesFound
from refactorkit.report.cycles.advice import advice, hoisting, lines, loop
from refactorkit.report.page import CYAN, GREEN, ORANGE, RED, Console, Row, blank, line, say, table
from refactorkit.report.text import count

CUTS = 12
"""Edges to cut that are listed for one cycle; more are counted, and JSON has them all."""


def write(console: Console, found: CyclesFound) -> None:
    """Print the cycles."""
    where = count(found.modules, "module")
    kind = "import cycle" if not found.with_deferred else "import cycle, with imports in functions,"
    if not found.cycles:
        line(console, [(f"no {kind} in {where}".replace(", in", " in"), GREEN)])
    else:
        number = count(len(found.cycles), "import cycle")
        line(console, [(f"{number} in {where}", "bold")])
        if found.with_deferred:
            say(console, "imports in functions count as if they stood at the top")
        blank(console)
        table(console, [_HEADING, *(_row(n, cycle) for n, cycle in enumerate(found.cycles, 1))], "  ")
        for number_, cycle in enumerate(found.cycles, 1):
            blank(console)
            _cycle(console, number_, cycle)
    for failure in found.failures:
        line(console, [(f"not read: {failure.path}: {failure.error}", RED)])


_HEADING = Row(("#", "modules", "imports", "to cut"), "shortest loop", right=True)


def _row(number: int, cycle: ImportCycle) -> Row:
    head = (str(number), str(len(cycle.modules)), str(len(cycle.edges)), str(len(cycle.cuts)))
    return Row(head, " -> ".join(cycle.loop), right=True)


def _cycle(console: Console, number: int, cycle: ImportCycle) -> None:
    line(console, [(f"Cycle {number}", "bold"), f": {count(len(cycle.modules), 'module')}"])
    say(console, ", ".join(cycle.modules), "  ")
    say(console, loop(cycle), "  loop  ", CYAN)
    shown = cycle.cuts[:CUTS]
    for edge in shown:
        line(console, ["  cut   ", (lines(edge), ORANGE), f"  {edge.importer} -> {edge.imported}"])
        for text in dict.fromkeys(advice(place, edge.imported) for place in edge.places):
            say(console, text, "          ")
    if len(cycle.cuts) > len(shown):
        line(console, [f"  cut   {count(len(cycle.cuts) - len(shown), 'more edge')}: --format json has them"])
    if not cycle.cheapest:
        say(console, "(cuts found by a heuristic: a cheaper set may exist)", "  ", "dim")
    say(console, f"hoist-imports {hoisting(cycle)}", "  ")
