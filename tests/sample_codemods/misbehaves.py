"""Replace `old()` with `new()`, and in files that hold BAD do what a codemod must not do.

Why: the engine must find out about each of these by itself, and lose that file alone.

Leaves alone: nothing.
"""

from __future__ import annotations

import os
import resource
from pathlib import Path
from typing import Any, Literal

import libcst as cst
import msgspec

from refactorkit.codemod import Codemod
from refactorkit.config import Scope
from refactorkit.model import Change, Outcome, Source

MANGLED = {
    "comment": (b"  # keep", b""),
    "syntax": (b"new()", b"new("),
    "unstable": (b"new()", b"new(old())"),
    "elsewhere": (b"other = 1", b"other = 2"),
    "silent": (b"", b""),
}


class Misbehaves(Codemod):
    mentions = (b"old()",)

    fault: Literal[
        "comment", "syntax", "unstable", "elsewhere", "silent", "raises", "dies", "hungry", "none"
    ] = "none"
    """What goes wrong."""

    def leave_Call(self, original: cst.Call, updated: cst.Call) -> cst.Call:
        if not isinstance(original.func, cst.Name) or original.func.value != "old":
            return updated
        self.changed(original, "old is gone")
        return updated.with_changes(func=cst.Name("new"))

    def rewrite(self, source: Source, facts: Any, scope: Scope) -> Outcome:
        outcome = super().rewrite(source, facts, scope)
        if b"BAD" not in source.data or self.fault == "none" or not isinstance(outcome, Change):
            return outcome
        if self.fault == "raises":
            raise LookupError("no such\nthing")
        if self.fault == "dies":
            os._exit(9)
        if self.fault == "hungry":
            needs_more_memory_than_there_is()
        right, wrong = MANGLED[self.fault]
        after = (outcome.after or b"").replace(right, wrong) if right else outcome.after
        findings = () if self.fault == "silent" else outcome.findings
        return msgspec.structs.replace(outcome, after=after, findings=findings)


def needs_more_memory_than_there_is() -> None:
    """Ask for 1 GiB where the system gives this process no more than 64 MiB beside what it has."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used + 2**26, hard))
    try:
        bytearray(2**30)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
