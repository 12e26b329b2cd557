"""Comments that only say why an import stands inside a function: they go when it no longer does."""

from __future__ import annotations

import re

ABOUT_DEFERRAL = re.compile(
    r"circular|cyclic|cycle|lazy|lazily|defer|late import|local import|inline import|"
    r"(?:import|imported) (?:here|inside|locally|at call|on demand)|avoid(?:s|ing)? (?:the |an? )?import|"
    r"slow import|start-?up|import-outside-toplevel|PLC0415|E402",
    re.IGNORECASE,
)
ASKS_FOR_MORE = re.compile(r"TODO|FIXME|XXX|HACK|NOTE|type: *ignore|pyright|mypy|fmt:|pragma", re.IGNORECASE)
LONGEST = 3
"""Lines of a comment that can be nothing but such an explanation."""


def explains_deferral(*lines: str) -> bool:
    """Whether a comment of these lines says why an import is deferred, and nothing else that could still matter."""
    text = " ".join(line.lstrip("# ") for line in lines)
    if len(lines) > LONGEST or ASKS_FOR_MORE.search(text):
        return False
    codes = re.search(r"noqa: *([A-Z0-9, ]+)", text)
    if codes and set(re.split(r"[, ]+", codes.group(1).strip())) - {"PLC0415", "E402"}:
        return False
    return bool(ABOUT_DEFERRAL.search(text))
