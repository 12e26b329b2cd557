"""The reference pages, as Markdown made from the code: one for each codemod, and `ledger` for what they share.

`python -m refactorkit.report.reference NAME > docs/reference/NAME.md` refreshes a page.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from refactorkit import catalogue, model

HEADINGS = re.compile(r"(?m)^(?P<name>Why|Leaves alone):\s*")
"""The headings that a codemod's docstring holds."""


LEDGER = """
Each site that a codemod looks for ends as exactly one finding.

| status | what became of the site |
| --- | --- |
| `changed` | It is rewritten. The finding holds the evidence. |
| `suggested` | It could be rewritten at a lower level of confidence than the run allows (`--level`). |
| `refused` | It stays as it is, for the reason given; also when a check took the change back. |
| `suppressed` | It stays as it is, because a comment `# refactorkit: ignore` or `# refactorkit: ignore[ID]` on its line asks for it. |
| `unchanged` | It stays as it is: it was not selected, or there is nothing to do; the reason says which. |

## Reason codes of every codemod

A codemod's own reason codes are on its page.
"""


def page(name: str) -> str:
    """The page called `name`: `ledger`, or a codemod's id. Raises ConfigError for any other."""
    head = f"<!-- Generated: python -m refactorkit.report.reference {name} > docs/reference/{name}.md -->"
    return f"{head}\n\n{ledger() if name == 'ledger' else reference(name)}"


def ledger() -> str:
    """The page about what a finding may say, whatever the codemod."""
    texts = catalogue.attribute_docstrings(Path(model.__file__), model.Reason.__name__)
    rows = [(f"`{code}`", texts.get(code.name, "")) for code in model.Reason]
    return f"# The ledger\n{LEDGER}\n{_table(('reason', 'meaning'), rows)}\n"


def reference(identifier: str) -> str:
    """The page for one codemod. Raises ConfigError for an unknown id."""
    item = catalogue.listed(identifier)
    parts = [
        f"# {identifier}",
        HEADINGS.sub(r"**\g<name>:** ", item.text.strip()),
    ]
    options = catalogue.options(identifier)
    if options:
        rows = [
            (f"`{o.name}`", _type(o.type), f"`{o.default}`" if o.default else "", o.help) for o in options
        ]
        said = (
            f"`-o NAME=VALUE` on the command line, or `[tool.refactorkit.codemods.{identifier}]` in the project's "
            "`pyproject.toml`."
        )
        parts += ["## Options", said, _table(("option", "values", "default", "meaning"), rows)]
    reasons = catalogue.reasons(identifier)
    if reasons:
        said = "Why a site was left as it is, and what to do about it. Some [are shared](ledger.md) by all codemods."
        parts += [
            "## Reason codes",
            said,
            _table(("reason", "meaning"), [(f"`{r.code}`", r.help) for r in reasons]),
        ]
    return "\n\n".join(parts) + "\n"


def _type(words: str) -> str:
    """The choices of an option as code, or its type in words."""
    return ", ".join(f"`{choice}`" for choice in words.split(" | ")) if " | " in words else words


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([cell.replace("|", r"\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    print(page(sys.argv[1]), end="")
