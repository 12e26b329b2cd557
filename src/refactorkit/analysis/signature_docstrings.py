"""Parameters in docstrings: the entries of Sphinx, Google and numpy style that name one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from refactorkit.analysis.signature_text import Edit

SECTION = re.compile(
    r"^[ \t]*(?:Args|Arguments|Parameters|Params|Keyword Args|Other Parameters)[ \t]*:?[ \t]*\r?$",
    re.MULTILINE,
)


def docstring_edits(code: str, renamed: Sequence[tuple[str, str]]) -> list[Edit]:
    """The edits of a docstring as it is written, quotes included. A name with several entries of one kind is left."""
    found: list[Edit] = []
    has_section = SECTION.search(code) is not None
    for old, new in renamed:
        name = re.escape(old)
        fields = [
            rf":{kind}[ \t]+(?:[^:\r\n]+[ \t]+)?({name})[ \t]*:"
            for kind in ("(?:param|parameter|arg|argument|key|keyword)", "type")
        ]
        entries = (
            [rf"^[ \t]*\*{{0,2}}({name})[ \t]*(?:\([^)\r\n]*\))?[ \t]*:(?=[ \t]|\r?$)"] if has_section else []
        )
        for pattern in (*fields, *entries):
            places = [match.span(1) for match in re.finditer(pattern, code, re.MULTILINE)]
            if len(places) == 1:
                found.append(Edit(*places[0], new))
    return found
