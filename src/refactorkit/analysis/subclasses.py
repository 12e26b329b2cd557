"""The known subclasses of a class, found by the names in class headers: only files that may hold one are outlined."""

from __future__ import annotations

from msgspec import Struct

from refactorkit.analysis.class_headers import class_headers
from refactorkit.analysis.symbols import Ref, Symbols


class Known(Struct, frozen=True):
    """The subclasses of a class, itself left out, and classes that may be some because a base can't be resolved."""

    certain: tuple[Ref, ...]
    doubtful: tuple[Ref, ...]


class Subclasses:
    """Who inherits from whom in a project; worked out on the first question."""

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols
        self._headers: dict[bytes, list[tuple[str, bytes]]] | None = None
        self._renamed: dict[bytes, set[bytes]] = {}
        self._known: dict[Ref, Known] = {}

    def of(self, ref: Ref) -> Known:
        """The subclasses of a class, in the order of their paths."""
        if ref not in self._known:
            self._known[ref] = self._find(ref)
        return self._known[ref]

    def _find(self, ref: Ref) -> Known:
        names, paths = self._closure(ref.name.rpartition(".")[2].encode())
        self._symbols.read(sorted(paths))
        certain: list[Ref] = []
        doubtful: list[Ref] = []
        for path in sorted(paths):
            facts = self._symbols.outline(path)
            for name in facts.classes if facts else ():
                other = Ref(path, name)
                order = self._symbols.order(other)
                if other != ref and ref in order:
                    certain.append(other)
                elif None in order and name.rpartition(".")[2].encode() in names and other != ref:
                    doubtful.append(other)
        return Known(tuple(certain), tuple(doubtful))

    def _closure(self, name: bytes) -> tuple[set[bytes], set[str]]:
        """The bare names that a subclass of a class of this name may have, and the files of their class statements."""
        if self._headers is None:
            self._headers = self._index()
        names, paths, waiting = {name}, set[str](), [name]
        while waiting:
            base = waiting.pop()
            found = {cls for _, cls in self._headers.get(base, ())} | self._renamed.get(base, set())
            paths |= {path for path, _ in self._headers.get(base, ())}
            waiting += found - names
            names |= found
        return names, paths

    def _index(self) -> dict[bytes, list[tuple[str, bytes]]]:
        headers: dict[bytes, list[tuple[str, bytes]]] = {}
        for path, facts in class_headers.of(self._symbols.sources.values()).facts.items():
            for name, words in facts.classes:
                for word in words:
                    headers.setdefault(word, []).append((path, name))
            for old, new in facts.renamed:
                self._renamed.setdefault(old, set()).add(new)
        return headers
