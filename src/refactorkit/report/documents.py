"""The formats that hold the plans of all codemods of a call in one document."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from refactorkit.model import Plan
from refactorkit.report.rules import rules

FORMATS = frozenset({"sarif", "github", "gitlab", "rdjson", "markdown"})
"""Their names. Nothing is written before the last codemod is through, and nothing when one ends the run with an error."""


def render(output_format: str, plans: Sequence[Plan], folder: Path | None = None) -> str:
    """The document; `folder` holds local codemods, whose reason codes it explains. Raises ConfigError for unknown ones."""
    from refactorkit.report import github, gitlab, markdown, rdjson, sarif

    formats = {
        "sarif": sarif.render, "github": github.render, "gitlab": gitlab.render, "rdjson": rdjson.render,
        "markdown": markdown.render,
    }  # fmt: skip
    return formats[output_format](plans, {plan.codemod: rules(plan.codemod, folder) for plan in plans})
