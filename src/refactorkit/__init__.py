"""refactorkit: refactor large Python code bases, every site changed with proof or refused with a reason.

What authors of codemods import, they import from here: `from refactorkit import Codemod`. Each name is loaded when it is
first asked for, so that `import refactorkit` costs nothing. For tests there is `refactorkit.testing`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from refactorkit.codemod import Codemod as Codemod
    from refactorkit.config import ConfigError as ConfigError
    from refactorkit.config import Scope as Scope
    from refactorkit.experiment import Experiment as Experiment
    from refactorkit.facts import extractor as extractor
    from refactorkit.facts import of_project as of_project
    from refactorkit.imports import edit_imports as edit_imports
    from refactorkit.model import Change as Change
    from refactorkit.model import Failed as Failed
    from refactorkit.model import Finding as Finding
    from refactorkit.model import Level as Level
    from refactorkit.model import Outcome as Outcome
    from refactorkit.model import Plan as Plan
    from refactorkit.model import Source as Source
    from refactorkit.model import Status as Status
    from refactorkit.model import Unchanged as Unchanged
    from refactorkit.model import Verification as Verification
    from refactorkit.splice import Splice as Splice
    from refactorkit.splice import Text as Text
    from refactorkit.splice import text_of as text_of
    from refactorkit.syntax import syntax_tree as syntax_tree
    from refactorkit.type_oracle import oracle as oracle

HOMES = {
    "Codemod": "codemod",
    "Source": "model",
    "Finding": "model",
    "Status": "model",
    "Level": "model",
    "Change": "model",
    "Unchanged": "model",
    "Failed": "model",
    "Outcome": "model",
    "Plan": "model",
    "Verification": "model",
    "Scope": "config",
    "ConfigError": "config",
    "extractor": "facts",
    "of_project": "facts",
    "syntax_tree": "syntax",
    "Text": "splice",
    "Splice": "splice",
    "text_of": "splice",
    "edit_imports": "imports",
    "Experiment": "experiment",
    "oracle": "type_oracle",
}
"""The module of each public name, in the order of the reference page."""

__all__ = [*HOMES]  # noqa: PLE0604  (names, spelled once)


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *HOMES})
