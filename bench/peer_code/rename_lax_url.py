"""What a user of Fixit would write to rename the alias: a rule."""

from __future__ import annotations

import libcst as cst
from fixit import Invalid, LintRule, Valid


class RenameLaxUrl(LintRule):
    """Use HttpUrl."""

    VALID = [Valid("x: HttpUrl")]
    INVALID = [Invalid("x: LaxUrl", expected_replacement="x: HttpUrl")]

    def visit_Name(self, node: cst.Name) -> None:
        """Report the alias wherever it stands."""
        if node.value == "LaxUrl":
            self.report(node, "use HttpUrl", replacement=cst.Name("HttpUrl"))
