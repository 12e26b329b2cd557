"""What to do about an edge of an import cycle, in words."""

from __future__ import annotations

from collections.abc import Sequence

from refactorkit.analysis.import_cycles import Edge, ImportCycle, Place, Remedy

SHOWN = 3
"""Names that a line lists; the others are counted."""


def advice(place: Place, imported: str) -> str:
    """How this statement can stop closing the cycle."""
    names = _listed(place.names) if place.names else imported
    match place.remedy:
        case Remedy.LEAVE:
            kept = place.hoist_imports is not None and place.hoist_imports not in ACTIONS
            return f"stands in a function already: leave it there{f', as hoist-imports does ({place.hoist_imports})' if kept else ''}"
        case Remedy.TYPE_CHECKING:
            return f"only types use {names}: put the import under `if TYPE_CHECKING:`" + (
                "" if place.postpones_annotations else ", with `from __future__ import annotations`"
            )
        case Remedy.DELETE:
            return f"nothing uses {names}: delete the import"
        case Remedy.RETARGET:
            return f"import {names} from {_listed(place.homes)}, which is outside of the cycle"
        case Remedy.DEFER:
            return f"only functions use {names} ({_times(place.in_functions)}): import it inside of them"
        case Remedy.HAND_ON:
            return f"hands {names} on: let those who use it import it from where it is defined"
        case Remedy.SIDE_EFFECT:
            return "is imported for what running it does: import it where the program starts"
        case Remedy.MOVE:
            return f"uses {names} while it is imported ({_times(place.at_import)}): move what both need to a module of its own"


def hoisting(cycle: ImportCycle) -> str:
    """Whether `refactorkit apply hoist-imports` can do something about the cycle."""
    places = {(p.path, p.line): p for edge in cycle.edges for p in edge.places if p.deferred}.values()
    if not places:
        return "can't cut it: it moves imports out of functions, and these stand at module level"
    moved = sum(place.hoist_imports in ACTIONS for place in places)
    reasons = sorted(
        {str(p.hoist_imports) for p in places if p.hoist_imports and p.hoist_imports not in ACTIONS}
    )
    imports = "import" if len(places) == 1 else "imports"
    left = f", and leaves {len(places) - moved} ({', '.join(reasons)})" if reasons else ""
    return f"moves or deletes {moved} of its {len(places)} deferred {imports}{left}"


ACTIONS = ("hoisted", "retargeted", "extracted", "type-checking", "deleted")
"""What hoist-imports does with an import that doesn't stay where it is."""


def lines(edge: Edge) -> str:
    """The places of an edge as `a.py:3`, the others of the same file with their line alone: `a.py:3, 10`."""
    first, *others = edge.places
    return ", ".join([f"{first.path}:{first.line}", *(str(place.line) for place in others)])


def loop(cycle: ImportCycle) -> str:
    """The shortest loop with the line of each import: `a.py:10 -> b.py:3 -> a.py`."""
    edges = [cycle.edge(a, b) for a, b in zip(cycle.loop, cycle.loop[1:], strict=False)]
    steps = [f"{edge.places[0].path}:{edge.places[0].line}" for edge in edges]
    return " -> ".join([*steps, edges[0].places[0].path])


def _listed(names: Sequence[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
