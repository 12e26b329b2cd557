"""The reference page of a codemod, as Markdown made from its docstring, its options and its reason codes.

`python -m refactorkit.report.reference http-url > docs/reference/http-url.md` refreshes a page.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence

from refactorkit import catalogue

PREFERRED = re.compile(r"(?m)^(?P<name>Why|Leaves alone):\s*")
"""The headings that a codemod's docstring holds."""


def reference(identifier: str) -> str:
    """The page for one codemod. Raises ConfigError for an unknown id."""
    item = catalogue.listed(identifier)
    parts = [
        f"<!-- Generated: python -m refactorkit.report.reference {identifier} > docs/reference/{identifier}.md -->",
        f"# {identifier}",
        PREFERRED.sub(r"**\g<name>:** ", item.text.strip()),
    ]
    options = catalogue.options(identifier)
    if options:
        rows = [(f"`{o.name}`", _type(o.type), f"`{o.default}`" if o.default else "", o.help) for o in options]
        said = (
            f"`-o NAME=VALUE` on the command line, or `[tool.refactorkit.codemods.{identifier}]` in the project's "
            "`pyproject.toml`."
        )
        parts += ["## Options", said, _table(("option", "values", "default", "meaning"), rows)]
    reasons = catalogue.reasons(identifier)
    if reasons:
        said = "Why the ledger lists a site that was left as it is, and what to do about it."
        parts += ["## Reason codes", said, _table(("reason", "meaning"), [(f"`{r.code}`", r.help) for r in reasons])]
    return "\n\n".join(parts) + "\n"


def _type(words: str) -> str:
    """The choices of an option as code, or its type in words."""
    return ", ".join(f"`{choice}`" for choice in words.split(" | ")) if " | " in words else words


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([cell.replace("|", r"\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    print(reference(sys.argv[1]), end="")
