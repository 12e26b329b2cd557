"""The bytes of a project's files, behind questions: with the answers it can be told later whether anything would be decided anew.

What is worked out of a project by asking nothing but this comes out the same as long as the same questions have the same
answers. So they are kept beside the result, and the next run asks them again, which takes a search instead of a plan.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct, structs

from refactorkit.analysis.module_symbols import Imported, Kind, ModuleSymbols, module_symbols
from refactorkit.cache import digest
from refactorkit.model import Source

PICKLES = re.compile(
    rb"^[ \t]*(?:import|from)[ \t]+(?:pickle|cloudpickle|dill|joblib|shelve|copyreg)\b", re.MULTILINE
)
PICKLERS = (b"pickle", b"dill", b"joblib", b"shelve", b"copyreg")


class Needing(Struct, frozen=True, array_like=True):
    """A statement at the top level without its place, as in `module_symbols`."""

    kind: Kind
    binds: tuple[str, ...]
    needs: tuple[str, ...]
    imports: tuple[Imported, ...]


def needing(symbols: ModuleSymbols) -> tuple[Needing, ...]:
    """What the statements need."""
    return tuple(Needing(s.kind, s.binds, s.needs, s.imports) for s in symbols.statements)


def everything(symbols: ModuleSymbols) -> ModuleSymbols:
    """Every statement with its lines."""
    return symbols


COUNTING: dict[str, Callable[[ModuleSymbols], object]] = {"symbols": everything, "needs": needing}
"""What counts of a file's symbols by the question to them."""


class Asked(Struct, frozen=True, array_like=True):
    """A question to the text of a project, and its answer."""

    question: str
    told: tuple[str | int, ...]
    answer: bytes | int | bool | None


class ProjectText:
    """The text of a project's files. `files` are these without their text, so that nobody looks at it unasked."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self._asked: dict[tuple[str, tuple[str | int, ...]], bytes | int | bool | None] = {}
        self._pickling: list[bytes] | None = None
        self.files = {path: structs.replace(source, data=b"") for path, source in sources.items()}

    def asked(self) -> tuple[Asked, ...]:
        """All questions so far with their answers."""
        return tuple(Asked(question, told, answer) for (question, told), answer in self._asked.items())

    def still_says(self, asked: Sequence[Asked]) -> bool:
        """Whether these questions have these answers here, too."""
        for question, counting in COUNTING.items():
            said = {str(a.told[0]): a.answer for a in asked if a.question == question}
            if any(path not in self._sources for path in said):
                return False
            if module_symbols.digests((self._sources[path] for path in said), counting) != said:
                return False
        return all(a.question in COUNTING or self._answer(a.question, a.told) == a.answer for a in asked)

    # The questions.

    def source(self, path: str) -> Source:
        """A file with all of its text."""
        self._ask("data", path)
        return self._sources[path]

    def symbols(self, path: str) -> ModuleSymbols | None:
        """The top level of a file; None if it can't be parsed."""
        return self._symbols("symbols", path)

    def needs(self, path: str) -> tuple[Needing, ...]:
        """What the statements at the top level of a file need, wherever they stand; none if it can't be parsed."""
        found = self._symbols("needs", path)
        return needing(found) if found else ()

    def _symbols(self, question: str, path: str) -> ModuleSymbols | None:
        if (question, (path,)) not in self._asked:
            found = module_symbols.digests([self._sources[path]], COUNTING[question])
            self._asked[question, (path,)] = found[path] if found else None
        return module_symbols.of([self._sources[path]]).facts.get(path)

    def lines(self, path: str) -> int:
        """How many lines a file has."""
        return int(self._ask("lines", path) or 0)

    def has_fewer_lines(self, path: str, lines: int) -> bool:
        """Whether a file has fewer than so many lines."""
        return bool(self._ask("fewer", path, lines))

    def is_attribute(self, owner: str, name: str) -> bool:
        """Whether `owner.name` stands anywhere."""
        return bool(self._ask("attribute", owner, name))

    def is_quoted(self, module: str, name: str) -> bool:
        """Whether a quoted name of this name in the dotted module begins anywhere."""
        return bool(self._ask("quoted", module, name))

    def is_near_pickling(self, name: str) -> bool:
        """Whether the name stands in a file that imports something which pickles objects."""
        return bool(self._ask("pickled", name))

    def _ask(self, question: str, *told: str | int) -> bytes | int | bool | None:
        if (question, told) not in self._asked:
            self._asked[question, told] = self._answer(question, told)
        return self._asked[question, told]

    def _answer(self, question: str, told: tuple[str | int, ...]) -> bytes | int | bool | None:
        first, *rest = told
        match question:
            case "data":
                source = self._sources.get(str(first))
                return digest(source.data, source.mode.encode()) if source else None
            case "lines":
                return self._length(str(first))
            case "fewer":
                return self._length(str(first)) < int(rest[0])
            case "attribute":
                return self._stands(rf"\b{re.escape(str(first))}\.{re.escape(str(rest[0]))}\b", str(rest[0]))
            case "quoted":
                return self._stands(rf"['\"`]{re.escape(str(first))}[.:]{rest[0]}\b", str(rest[0]))
            case "pickled":
                word = re.compile(rf"\b{first}\b".encode())
                return any(word.search(data) for data in self._pickling_files())
        raise ValueError(f"nobody asks {question}")

    def _length(self, path: str) -> int:
        source = self._sources.get(path)
        return len(source.data.splitlines()) if source else 0

    def _stands(self, pattern: str, name: str) -> bool:
        wanted, word = re.compile(pattern.encode()), name.encode()
        return any(wanted.search(source.data) for source in self._sources.values() if word in source.data)

    def _pickling_files(self) -> list[bytes]:
        if self._pickling is None:
            self._pickling = [
                source.data
                for source in self._sources.values()
                if any(word in source.data for word in PICKLERS) and PICKLES.search(source.data)
            ]
        return self._pickling
