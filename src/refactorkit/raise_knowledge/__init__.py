"""What the callees of the builtins and the standard library can raise: curated, derived from source, and checked.

`known` answers for one call. The entries are data (`raises.toml`, `derived.toml`), read at the first question.
"""

from __future__ import annotations

from refactorkit.raise_knowledge.entries import (
    Assumption,
    Known,
    callees,
    canonical,
    curated,
    known,
    owners,
    returns,
)
from refactorkit.raise_knowledge.exceptions import NEWEST, exception_bases, is_exception, is_named, normalised
from refactorkit.raise_knowledge.shapes import Argument, CallShape
from refactorkit.raise_knowledge.types import attribute, is_unbound

__all__ = [
    "NEWEST",
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
    "is_named",
    "is_unbound",
    "known",
    "normalised",
    "owners",
    "returns",
]
