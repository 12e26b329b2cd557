"""What `explain` shows: a codemod's own documentation with its options and reason codes."""

from __future__ import annotations

import textwrap
from pathlib import Path

from refactorkit import catalogue


def explanation(identifier: str, folder: Path | None = None) -> str:
    """The text for one codemod, at most 100 columns wide. Raises ConfigError for an unknown id.

    `folder` holds local codemods.
    """
    item = catalogue.listed(identifier, folder)
    parts = [f"{item.id}\n{'=' * len(item.id)}", item.text]
    if item.origin != catalogue.SHIPPED:
        parts.insert(1, f"From {item.origin}.")
    options = catalogue.options(identifier, folder)
    if options:
        lines = [_entry(f"-o {o.name}={o.default}", f"{o.help} ({o.type})") for o in options]
        parts.append("Options\n-------\n" + "\n".join(lines))
    reasons = catalogue.reasons(identifier, folder)
    if reasons:
        parts.append("Reasons\n-------\n" + "\n".join(_entry(r.code, r.help) for r in reasons))
    return "\n\n".join(parts) + "\n"


def _entry(head: str, text: str) -> str:
    return f"{head}\n" + textwrap.indent(textwrap.fill(text, 94), "    ")
