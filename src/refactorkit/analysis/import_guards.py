"""What stands around an import and decides whether it runs."""

from __future__ import annotations

import ast
from enum import StrEnum

from refactorkit.syntax import descendants

IMPORT_ERRORS = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
"""Handlers that make an import in the `try` body optional."""
PLATFORM = {"platform", "version_info", "name", "implementation", "system"}
"""Attributes of `sys`, `os` and `platform` whose test decides which imports a machine gets."""


class Guard(StrEnum):
    """What stands around an import inside its scope and decides whether it runs."""

    TYPE_CHECKING = "type-checking"
    """`if TYPE_CHECKING:` never runs."""
    MAIN = "main"
    """`if __name__ == "__main__":` runs only in a script."""
    OPTIONAL = "optional"
    """A `try` whose handler expects that the import fails."""
    FALLBACK = "fallback"
    """The handler of such a `try`, or its `else` branch."""
    PLATFORM = "platform"
    """A test of the platform or of Python's version."""
    TRY = "try"
    """Any other `try`, handler, `else` or `finally`."""
    CONDITION = "condition"
    """An ordinary `if`, `while` or `match`."""
    LOOP = "loop"
    """A `for` loop."""
    WITH = "with"
    """A `with` block: `warnings.catch_warnings()`, a patch, a lock."""


def expects_import_error(handler: ast.ExceptHandler) -> bool:
    """Whether a handler catches a failed import."""
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(node, ast.Name) and node.id in IMPORT_ERRORS for node in caught)


def guard_of(test: ast.expr) -> Guard:
    """What kind of condition an `if` tests."""
    if isinstance(test, ast.Name | ast.Attribute) and _last(test) == "TYPE_CHECKING":
        return Guard.TYPE_CHECKING
    names = {_last(node) for node in descendants(test) if isinstance(node, ast.Name | ast.Attribute)}
    if "__name__" in names:
        return Guard.MAIN
    roots = {
        node.value.id
        for node in descendants(test)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    if roots & {"sys", "os", "platform"} and names & PLATFORM:
        return Guard.PLATFORM
    return Guard.CONDITION


def _last(node: ast.Name | ast.Attribute) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id
