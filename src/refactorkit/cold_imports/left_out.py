"""What the gate of cold imports says of the sites that it leaves out."""

from __future__ import annotations

from refactorkit.bisection import Run, Site
from refactorkit.cold_imports.budget import Moved, Prices
from refactorkit.config import LeftOut
from refactorkit.model import Reason


def too_dear(site: Moved, known: Prices, share: float) -> LeftOut:
    """A site for which start-up has no time, its budget being a share of what it took."""
    spent = known.of(site.module) / 1000
    said = (
        f"importing {site.module} at the start takes {spent:.1f} ms, and the budget of {share:.3g} is spent"
    )
    return LeftOut(
        path=site.path, name="", line=site.line, reason=Reason.STARTUP_BUDGET,
        message=said.replace(f"{share:.3g}", f"{share:.3%}".replace(".000", "")), evidence={"milliseconds": spent},
    )  # fmt: skip


def guilty_of(site: Site, ended: Run | None) -> LeftOut:
    """A site that breaks something, by how the run with it ended; None where none was made."""
    if ended is None or not ended.lines:
        message, evidence = "left out untried: the search for what breaks an import ended before it", {}
    else:
        message = ended.lines[0]
        evidence = {"exception": ended.lines[0], "traceback": list(ended.lines[1:])}
    return LeftOut(
        path=site.path, name="", line=site.line, reason=Reason.GATE_FAILED, message=message, evidence=evidence
    )
