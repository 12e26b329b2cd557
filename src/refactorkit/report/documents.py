"""The formats that hold the plans of all codemods of a call in one document."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from refactorkit.model import Plan
from refactorkit.report.rules import rules

FORMATS = frozenset({"sarif", "github", "gitlab", "rdjson", "markdown", "html"})
"""Their names. Nothing is written before the last codemod is through, and nothing when one ends the run with an error."""


def render(
    output_format: str, plans: Sequence[Plan], folder: Path | None = None, unwritten: Collection[str] = ()
) -> str:
    """The document; `folder` holds local codemods, `unwritten` names the codemods whose plans were only looked at.

    Raises ConfigError for a codemod that isn't known.
    """
    if output_format == "html":
        from refactorkit.report import html

        return html.render(plans, folder)
    from refactorkit.report import github, gitlab, markdown, rdjson, sarif

    known = {plan.codemod: rules(plan.codemod, folder) for plan in plans}
    for_people = {"github": github.render, "markdown": markdown.render}
    if output_format in for_people:
        return for_people[output_format](plans, known, unwritten)
    return {"sarif": sarif.render, "gitlab": gitlab.render, "rdjson": rdjson.render}[output_format](
        plans, known
    )
