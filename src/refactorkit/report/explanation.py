"""What `explain` shows: a codemod's own documentation with its options and reason codes."""

from __future__ import annotations

import textwrap
from pathlib import Path

from refactorkit import catalogue


def explanation(identifier: str, folder: Path | None = None) -> str:
    """The text for one codemod, at most 100 columns wide. Raises ConfigError for an unknown id.

    `folder` holds local codemods.
    """
    if identifier.startswith(("bowler:", "bowler-")) and identifier not in catalogue.identifiers(folder):
        return _bowler()
    item = catalogue.listed(identifier, folder)
    parts = [f"{item.id}\n{'=' * len(item.id)}", item.text]
    if item.origin != catalogue.SHIPPED:
        parts.insert(1, f"From {item.origin}.")
    options = catalogue.options(identifier, folder)
    if options:
        lines = [_entry(f"-o {o.name}={o.default}", f"{o.help} ({o.type})") for o in options]
        parts.append("Options\n-------\n" + "\n".join(lines))
    reasons = {reason.code: reason.help for reason in catalogue.reasons(identifier, folder)}
    if reasons:
        parts.append(_reasons(reasons))
    return "\n\n".join(parts) + "\n"


def _bowler() -> str:
    """The text for every Bowler query; none is executed for it."""
    from refactorkit import bowler_queries

    texts = catalogue.attribute_docstrings(Path(bowler_queries.__file__), bowler_queries.Reason.__name__)
    reasons = {str(code): texts[code.name] for code in bowler_queries.Reason}
    head = "bowler:FILE.py"
    return f"{head}\n{'=' * len(head)}\n\n{(bowler_queries.__doc__ or '').strip()}\n\n{_reasons(reasons)}\n"


def _reasons(reasons: dict[str, str]) -> str:
    return "Reasons\n-------\n" + "\n".join(_entry(code, text) for code, text in reasons.items())


def _entry(head: str, text: str) -> str:
    return f"{head}\n" + textwrap.indent(textwrap.fill(text, 94), "    ")
