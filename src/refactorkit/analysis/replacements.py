"""Names that a project replaces at run time, found in its bytes: patches in tests, and assignments to attributes.

Whoever calls another name instead gets around the replacement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from refactorkit.model import Source

OWNER = re.compile(rb"\w+$")
Replacement = tuple[str, str]
"""The last name of a class or module, and the name of what is replaced in it."""


def replacements(sources: Iterable[Source], names: Iterable[str]) -> frozenset[Replacement]:
    """Where one of these names is replaced: `patch("app.main.fetch")`, `setattr(Block, "load", ...)`, `Block.load = ...`."""
    wanted = sorted(name.encode() for name in names)
    if not wanted:
        return frozenset()
    name = rb"(" + b"|".join(re.escape(word) for word in wanted) + rb")"
    calls = [
        re.compile(rb"(?:patch|setattr)\(\s*[\"'](?:\w+\.)*(\w+)\." + name + rb"[\"']"),
        re.compile(rb"(?:\bobject|setattr)\(\s*(?:\w+\.)*(\w+)\s*,\s*[\"']" + name + rb"[\"']"),
    ]
    assigned = re.compile(rb"\." + name + rb"[ \t]*=(?!=)")
    found: set[Replacement] = set()
    for source in sources:
        data = source.data
        if b"patch" in data or b"setattr" in data:
            found |= {(m[1].decode(), m[2].decode()) for call in calls for m in call.finditer(data)}
        for match in assigned.finditer(data):
            owner = OWNER.search(data, max(0, match.start() - 100), match.start())
            if owner:
                found.add((owner[0].decode(errors="replace"), match[1].decode()))
    return frozenset((owner, what) for owner, what in found if owner not in ("self", "cls"))
