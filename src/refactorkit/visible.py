"""Names and messages as they may be shown: what a terminal, a log or a commit message would obey becomes an escape.

A file name may hold anything but `/` and NUL: line ends that forge a line of a report or a trailer, escape sequences that
rewrite a terminal, characters that turn the direction of writing (https://trojansource.codes).
"""

from __future__ import annotations

import re

OBEYED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, line separators, directions of writing, and bytes that are no UTF-8."""


def visible(text: str, keep: str = "") -> str:
    """The text on one line with escapes as in Python; the characters in `keep` stay."""
    if text.isprintable():  # none of them is
        return text
    return OBEYED.sub(lambda match: match[0] if match[0] in keep else _escaped(match[0]), text)


def _escaped(character: str) -> str:
    if "\udc80" <= character <= "\udcff":  # how Python holds a byte of a name that is no UTF-8
        return f"\\x{ord(character) - 0xDC00:02x}"
    return repr(character)[1:-1]
