"""Replace `print(...)` with `logging.info(...)`.

Why: a plug-in that works file by file, with nothing but the public names.

Leaves alone: everything that is not the builtin.
"""

from __future__ import annotations

import libcst as cst

from refactorkit import Codemod


class QuietPrint(Codemod):
    """Renames the function that is called."""

    mentions = (b"print(",)

    function: str = "log"
    """The function to call instead."""

    def leave_Call(self, original: cst.Call, updated: cst.Call) -> cst.Call:
        if not self.is_call_to(original, "builtins.print"):
            return updated
        self.changed(original, "print is for people")
        return updated.with_changes(func=cst.Name(self.function))
