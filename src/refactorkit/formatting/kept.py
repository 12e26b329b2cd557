"""How single files were laid out in earlier runs: the tools take longer than all else after a small change.

What is kept is the text that was accepted, under everything that decides about it: the versions of the file, the tool with
its version and our own code, every configuration file, and which of the modules that the file imports are the target's.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from refactorkit.cache import Cache, digest
from refactorkit.fingerprint import code_digest
from refactorkit.formatting.settings import Choice
from refactorkit.model import Change


class Whole(Struct, frozen=True):
    """One file: its change as the codemod wrote it, its text so far, and what stands in for modules that it imports."""

    change: Change
    text: bytes
    around: dict[str, bytes]


class KeptLayouts:
    """The accepted texts of one stage, for one choice of a tool. Without a cache nothing is found and nothing kept."""

    def __init__(self, cache: Cache, choice: Choice, surroundings: Mapping[str, bytes]) -> None:
        code = code_digest(__name__) if cache.is_open else None
        self._cache = cache if code is not None else Cache()
        said = (
            choice.tool.encode(),
            choice.config.encode("utf-8", "surrogateescape"),
            choice.generated or b"",
        )
        self._stem = digest(b"layout", code or b"", *said, *_parts(surroundings)) if code is not None else b""

    def recall(self, wanted: Mapping[str, Whole]) -> dict[str, bytes]:
        """The accepted texts by path."""
        if not self._cache.is_open:
            return {}
        keys = {self._key(whole): path for path, whole in wanted.items()}
        return {keys[key]: value for key, value in self._cache.get(list(keys)).items()}

    def keep(self, wanted: Mapping[str, Whole], accepted: Mapping[str, bytes]) -> None:
        """Keep accepted texts by path, under what they were made from."""
        if self._cache.is_open:
            self._cache.put({self._key(wanted[path]): text for path, text in accepted.items()})

    def _key(self, whole: Whole) -> bytes:
        change = whole.change
        before = (b"+", change.before) if change.before is not None else (b"-",)
        path = change.path.encode("utf-8", "surrogateescape")
        return digest(self._stem, path, *before, change.after or b"", whole.text, *_parts(whole.around))


def _parts(files: Mapping[str, bytes]) -> list[bytes]:
    return [part for path in sorted(files) for part in (path.encode("utf-8", "surrogateescape"), files[path])]
