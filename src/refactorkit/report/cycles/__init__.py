"""Import cycles as text, JSON, Mermaid and SVG: one module per format."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from refactorkit.analysis.import_cycles import ImportCycle
from refactorkit.report.json import FailureDocument

SCHEMA: Literal["refactorkit/cycles/1"] = "refactorkit/cycles/1"


class CyclesFound(Struct, frozen=True, kw_only=True):
    """What `refactorkit cycles` found among so many modules: the cycles, the largest first, and the unreadable files.

    `base` is the commit that was read, None for the disk. As JSON this is the contract that other programs rely on.
    """

    schema: Literal["refactorkit/cycles/1"] = SCHEMA
    base: str | None
    with_deferred: bool
    modules: int
    cycles: tuple[ImportCycle, ...]
    failures: tuple[FailureDocument, ...] = ()
