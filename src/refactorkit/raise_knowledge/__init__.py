"""What the callees of the builtins and the standard library can raise: curated, derived from source, and checked.

`known` answers for one call. The entries are data (`raises.toml`, `derived.toml`), read at the first question.
"""

from __future__ import annotations

from refactorkit.raise_knowledge.entries import Assumption, Known, callees, canonical, curated, known, returns
from refactorkit.raise_knowledge.exceptions import exception_bases, is_exception, normalised
from refactorkit.raise_knowledge.shapes import Argument, CallShape
from refactorkit.raise_knowledge.types import attribute

__all__ = [
    "Argument",
    "Assumption",
    "CallShape",
    "Known",
    "attribute",
    "callees",
    "canonical",
    "curated",
    "exception_bases",
    "is_exception",
    "known",
    "normalised",
    "returns",
]
