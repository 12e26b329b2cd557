"""The prefilter of a query: words that must stand in a file for one of its patterns to match anything."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fissix.pytree import LeafPattern, NodePattern, WildcardPattern


def needed(pattern: Any) -> frozenset[bytes] | None:
    """Literals of which one must be there for the pattern to match; None when it may match without any."""
    match pattern:
        case LeafPattern(content=str(text)) if text.strip() and text.isascii():
            return frozenset([text.encode()])
        case NodePattern(content=content) if content:
            return _best(map(needed, content))
        case WildcardPattern(content=alternatives, min=least) if least and alternatives:
            return _any([_best(map(needed, parts)) for parts in alternatives])
        case _:
            return None


def _any(parts: list[frozenset[bytes] | None]) -> frozenset[bytes] | None:
    """What is needed when one of several may match."""
    found: set[bytes] = set()
    for part in parts:
        if part is None:
            return None
        found |= part
    return frozenset(found)


def _best(parts: Iterable[frozenset[bytes] | None]) -> frozenset[bytes] | None:
    """What says the most when all of several must match: few words, and long ones."""
    known = [part for part in parts if part]
    return min(known, key=lambda words: (-min(map(len, words)), len(words))) if known else None
