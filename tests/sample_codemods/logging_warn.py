"""Replace `logging.warn` with `logging.warning`.

Why: deprecated since Python 3.3, removed in 3.13.

Leaves alone: `.warn` of anything that is not the logging module, and `from logging import warn`.
"""

from __future__ import annotations

import libcst as cst

from refactorkit.codemod import Codemod


class LoggingWarn(Codemod):
    mentions = (b"warn",)

    shout: bool = False
    """Whether the call becomes `logging.error`."""

    limit: int = 10
    """A number, for the tests of options."""

    def leave_Call(self, original: cst.Call, updated: cst.Call) -> cst.Call:
        if not self.is_call_to(original, "logging.warn"):
            return updated
        if not isinstance(updated.func, cst.Attribute):
            self.refused(original, "imported-by-name", "the import must change too")
            return updated
        self.changed(original, "logging.warn is deprecated")
        name = "error" if self.shout else "warning"
        return updated.with_changes(func=updated.func.with_changes(attr=cst.Name(name)))
