"""Import cycles as JSON, and the schema of that."""

from __future__ import annotations

import msgspec

from refactorkit.report.cycles import CyclesFound
from refactorkit.report.json import clean


def render(found: CyclesFound) -> str:
    """One line of JSON."""
    return clean(msgspec.to_builtins(found)) + "\n"


def schema() -> str:
    """The JSON Schema of it, indented."""
    return (
        msgspec.json.format(msgspec.json.encode(msgspec.json.schema(CyclesFound)), indent=2).decode() + "\n"
    )
