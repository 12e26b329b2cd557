"""What a pull request's text remembers, out of sight: who made it, from what, and what was written into it.

Our part of the text stands between two HTML comments; the second one holds the memory as JSON. What a person writes
before or after them stays.
"""

from __future__ import annotations

import hashlib
import json
import re

import msgspec
from msgspec import Struct

BEGIN = "<!-- refactorkit:begin -->"
OURS = re.compile(rf"{BEGIN}(?P<text>.*?)<!-- refactorkit:end (?P<memory>\{{.*?\}}) -->", re.DOTALL)
EMPTY = "empty"
"""Why the bot itself closed a pull request: nothing was left to change."""
FOREIGN_WORD = "<!-- refactorkit:foreign -->"
EMPTY_WORD = "<!-- refactorkit:empty -->"
"""By which the bot's own comments are known."""


class Marker(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The memory. `digest` stands for the text and `title` is the title that we wrote; `marks` stand for the files of a part (see `shards`)."""

    fingerprint: str
    codemod: str
    digest: str
    title: str
    furnished: bool = True
    closed: str = ""
    marks: tuple[str, ...] = ()


def read(body: str) -> Marker | None:
    """The memory in a text; None when there is none that can be read."""
    found = OURS.search(body.replace("\r\n", "\n"))
    if found is None:
        return None
    try:
        return msgspec.json.decode(found["memory"], type=Marker)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return None


def written(text: str, memory: Marker, old: str = "") -> str:
    """The text with its memory, in the place of our part of an old one, or behind what a person wrote."""
    # `>` can end a comment, and the memory of a title may hold anything
    told = json.dumps(msgspec.to_builtins(memory), sort_keys=True).replace(">", "\\u003e")
    ours = f"{BEGIN}\n{harmless(text).strip()}\n\n<!-- refactorkit:end {told} -->"
    old = old.replace("\r\n", "\n")
    found = OURS.search(old)
    if found is None:
        return f"{old.strip()}\n\n{ours}" if old.strip() else ours
    return old[: found.start()] + ours + old[found.end() :]


def remembering(body: str, memory: Marker) -> str:
    """A text of ours with another memory and all else as it is."""
    found = OURS.search(body.replace("\r\n", "\n"))
    return written(found["text"] if found else "", memory, body)


def harmless(text: str) -> str:
    """A text that holds none of our own comments."""
    return text.replace("<!-- refactorkit:", "<!-- refactorkit ")


def digest(text: str) -> str:
    """What stands for a text that we wrote."""
    return hashlib.sha256(harmless(text).strip().encode("utf-8", "replace")).hexdigest()[:16]


__all__ = ["EMPTY", "EMPTY_WORD", "FOREIGN_WORD", "Marker", "digest", "read", "remembering", "written"]
