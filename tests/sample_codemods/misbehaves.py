"""Replace `old()` with `new()`, and in files that hold BAD do what a codemod must not do.

Why: the engine must find out about each of these by itself, and lose that file alone.

Leaves alone: nothing.
"""

from __future__ import annotations

import os
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

    fault: Literal["comment", "syntax", "unstable", "elsewhere", "silent", "raises", "dies", "none"] = "none"
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
        right, wrong = MANGLED[self.fault]
        after = (outcome.after or b"").replace(right, wrong) if right else outcome.after
        findings = () if self.fault == "silent" else outcome.findings
        return msgspec.structs.replace(outcome, after=after, findings=findings)
