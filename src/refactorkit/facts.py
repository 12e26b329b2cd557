"""Facts per file, kept by content: a project-wide analysis looks into a file again only when its bytes change.

What a survey needs to know about single files is worked out by an extractor, a pure function from bytes to a frozen
msgspec struct. Everything that needs the file's path or other files is put together afterwards, from these structs:

    class Handlers(Struct, frozen=True):
        lines: tuple[int, ...]

    @extractor
    def handlers(data: bytes) -> Handlers:
        return Handlers(tuple(n.lineno for n in ast.walk(syntax_tree(data)) if isinstance(n, ast.ExceptHandler)))

    gathered = handlers.of(sources.values())    # in `survey`, or in the analysis below it
    gathered.facts["src/app/io.py"].lines       # by path
    gathered.failures["src/app/half.py"]        # "not valid Python 3.12: line 3: invalid syntax"
    handlers(b"try: ...")                       # the function itself, for its tests

`of` gives each file's facts from memory, from the cache if the run has one (`use`), or from the function, and writes
what is new at once. Ask for as many files in one call as there are, after a search of the bytes for what matters. Further
arguments are part of the key: `handlers.of(sources, names)` calls `handlers(data, names)`; they must be what msgspec
encodes, with an order (no set). There is no version to raise: the code of the function's package is part of the key.
The facts must hold no syntax tree and should be small: ten thousand files are read back at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, get_type_hints

import msgspec

from refactorkit.cache import Cache, digest
from refactorkit.fingerprint import code_digest
from refactorkit.model import Source
from refactorkit.syntax import describe

Fact = TypeVar("Fact", bound=msgspec.Struct)
More = ParamSpec("More")

REMEMBERED = 20_000
"""Facts of one extractor that a process keeps in memory: a second run of a survey asks for the same ones again."""
FACT, FAILURE = b"+", b"-"
TOO_DEEP = "nested too deeply to be parsed"
"""What is said of a file that another process, with more room on its stack, may still be able to parse."""

_cache = Cache()


def use(cache: Cache) -> None:
    """Look facts up in this cache, and keep new ones there, from now on in this process."""
    global _cache
    _cache = cache


class Gathered(msgspec.Struct, Generic[Fact], frozen=True):
    """Facts by path in the order asked for, and for the files that could not be read one line each that says why."""

    facts: dict[str, Fact]
    failures: dict[str, str]


class Extractor(Generic[More, Fact]):
    """A pure function from a file's bytes to facts, and what it gave for files seen before."""

    def __init__(self, extract: Callable[Concatenate[bytes, More], Fact]) -> None:
        self._extract = extract
        self._remembered: dict[bytes, Fact | str] = {}
        self._digests: dict[bytes, bytes] = {}
        update_wrapper(self, extract)

    def __call__(self, data: bytes, *more: More.args, **named: More.kwargs) -> Fact:
        return self._extract(data, *more, **named)

    def of(self, sources: Iterable[Source], *more: More.args, **named: More.kwargs) -> Gathered[Fact]:
        """The facts of each file. An error of the syntax or the encoding is a failure of that file alone."""
        code, stem = self._stem(more, named)
        wanted = {source.path: (digest(stem, source.data), source.data) for source in sources}
        cache = _cache if code is not None else Cache()
        known = self._look_up(cache, [key for key, _ in wanted.values()])
        new: dict[bytes, bytes] = {}
        for key, data in wanted.values():
            if key not in known:
                known[key], lasting = self._answer(data, *more, **named)
                if cache.is_open and lasting:
                    new[key] = _packed(known[key])
        cache.put(new)
        self._remember(known)
        answers = {path: known[key] for path, (key, _) in wanted.items()}
        return Gathered(
            {path: answer for path, answer in answers.items() if not isinstance(answer, str)},
            {path: answer for path, answer in answers.items() if isinstance(answer, str)},
        )

    def digests(
        self, sources: Iterable[Source], counting: Callable[[Fact], object]
    ) -> dict[str, bytes] | None:
        """For each file what stands for its facts as far as they count, or for why there are none.

        `counting` makes of the facts what counts, as msgspec encodes it. Other bytes and other facts with the same of it
        have the same digest; those of failures begin with `FAILURE`. None if the same file may have other facts next
        time. Digests are kept as facts are, so that nothing else has to be read for them.
        """
        code, stem = self._stem((), {})
        stem = digest(stem, counting.__module__.encode(), counting.__qualname__.encode())
        wanted = {source.path: (digest(stem, source.data), source) for source in sources}
        cache = _cache if code is not None else Cache()
        made = {key: self._digests[key] for key, _ in wanted.values() if key in self._digests}
        made |= cache.get(list(dict.fromkeys(key for key, _ in wanted.values() if key not in made)))
        left = {source.path: (key, source) for key, source in wanted.values() if key not in made}
        gathered = self.of(source for _, source in left.values())  # type: ignore[call-arg]  # there are no more
        if TOO_DEEP in gathered.failures.values():
            return None
        new = {}
        for path, (key, _) in left.items():
            if path in gathered.facts:
                new[key] = FACT + digest(msgspec.msgpack.encode(counting(gathered.facts[path])))
            else:
                new[key] = FAILURE + digest(gathered.failures[path].encode("utf-8", "surrogateescape"))
        cache.put(new)
        self._digests.update(made | new)
        _shorten(self._digests)
        made |= new
        return {path: made[key] for path, (key, _) in wanted.items()}

    def _stem(self, more: object, named: object) -> tuple[bytes | None, bytes]:
        """The digest of the function's code, None if that can't be told, and what all of its keys begin with."""
        is_local = "<locals>" in self._extract.__qualname__  # what it closes over is part of no key
        code = None if is_local else code_digest(self._extract.__module__)
        names = (self._extract.__module__.encode(), self._extract.__qualname__.encode())
        return code, digest(*names, code or b"", msgspec.msgpack.encode((more, named)))

    def _answer(self, data: bytes, *more: More.args, **named: More.kwargs) -> tuple[Fact | str, bool]:
        """The facts, or why there are none, and whether the same bytes would give the same again."""
        try:
            return self._extract(data, *more, **named), True
        except (SyntaxError, ValueError) as error:
            return describe(error), True
        except (RecursionError, MemoryError):
            return TOO_DEEP, False

    def _look_up(self, cache: Cache, keys: list[bytes]) -> dict[bytes, Fact | str]:
        known = {key: self._remembered[key] for key in keys if key in self._remembered}
        found = cache.get([key for key in dict.fromkeys(keys) if key not in known])
        if found:
            decoder = msgspec.msgpack.Decoder(get_type_hints(self._extract)["return"])
            for key, value in found.items():
                known[key] = value[1:].decode() if value[:1] == FAILURE else decoder.decode(value[1:])
        return known

    def _remember(self, known: dict[bytes, Fact | str]) -> None:
        self._remembered.update(known)
        _shorten(self._remembered)


def _shorten(remembered: dict[bytes, Any]) -> None:
    """Forget what was remembered first, where that is more than enough."""
    for key in list(remembered)[: max(0, len(remembered) - REMEMBERED)]:
        del remembered[key]


def of_project(
    made: type[Fact], module: str, sources: Mapping[str, Source], more: object, compute: Callable[[], Fact]
) -> Fact:
    """What an analysis makes of a whole project, kept by the contents of all files: any other byte is another project.

    `module` names the code that `compute` runs (its package is part of the key), `more` is whatever else the facts
    depend on, as msgspec encodes it. What `compute` raises is raised, and not kept.
    """
    code = code_digest(module)
    if code is None or not _cache.is_open:
        return compute()
    files = [
        digest(s.path.encode("utf-8", "surrogateescape"), s.data, bytes([s.in_scope]))
        for s in sources.values()
    ]
    try:
        key = digest(module.encode(), code, msgspec.msgpack.encode(more), *files)
    except UnicodeEncodeError:  # a scope that names a file whose name is no UTF-8
        return compute()
    kept = _cache.get([key]).get(key)
    if kept is not None:
        return msgspec.msgpack.decode(kept, type=made)
    answer = compute()
    with suppress(UnicodeEncodeError):  # facts about a file whose name is no UTF-8 can't be kept
        _cache.put({key: msgspec.msgpack.encode(answer)})
    return answer


def of_lasting(
    made: type[Fact],
    module: str,
    parts: tuple[str, ...],
    compute: Callable[[], Fact],
    is_current: Callable[[Fact], bool] = lambda fact: True,
) -> Fact:
    """What an analysis makes of something that `parts` name so that it never changes: a distribution by its digest.

    `is_current` says of a fact that was kept whether what it rests on is still so; otherwise it is computed again.
    """
    code = code_digest(module)
    if code is None or not _cache.is_open:
        return compute()
    key = digest(b"kept", module.encode(), code, msgspec.msgpack.encode(parts))
    found = _cache.get([key]).get(key)
    if found is not None:
        fact = msgspec.msgpack.decode(found, type=made)
        if is_current(fact):
            return fact
    answer = compute()
    with suppress(UnicodeEncodeError):
        _cache.put({key: msgspec.msgpack.encode(answer)})
    return answer


class Answers(Generic[Fact]):
    """What a pure function of refactorkit itself answered, each a struct `made`, kept by all that it was told.

    `purpose` tells one function from another. What is asked is bytes, as many as it takes.
    """

    def __init__(self, made: type[Fact], purpose: str) -> None:
        self._purpose = purpose.encode()
        self._decoder = msgspec.msgpack.Decoder(made)

    def is_kept(self) -> bool:
        """Whether it is worth to look for answers and to keep some."""
        return _cache.is_open and code_digest("refactorkit") is not None

    def key(self, *told: bytes) -> bytes:
        """What the answer to this is kept under."""
        return digest(self._purpose, code_digest("refactorkit") or b"", *told)

    def found(self, keys: Iterable[bytes]) -> dict[bytes, Fact]:
        """The answers that are kept, by key."""
        if not self.is_kept():
            return {}
        kept = _cache.get(list(dict.fromkeys(keys)))
        return {key: self._decoder.decode(value) for key, value in kept.items()}

    def keep(self, new: Mapping[bytes, Fact]) -> None:
        """Keep answers by key; those that name a file whose name is no UTF-8 can't be kept."""
        if not self.is_kept():
            return
        packed = {}
        for key, answer in new.items():
            with suppress(UnicodeEncodeError):
                packed[key] = msgspec.msgpack.encode(answer)
        _cache.put(packed)


def kept(keys: Sequence[bytes]) -> dict[bytes, bytes]:
    """Those of these keys that earlier runs have kept something under, see `keep`."""
    return _cache.get(keys)


def keep(entries: Mapping[bytes, bytes]) -> None:
    """Keep answers between runs under keys that are digests of everything that they depend on."""
    _cache.put(entries)


def _packed(answer: object) -> bytes:
    if isinstance(answer, str):
        return FAILURE + answer.encode("utf-8", "surrogateescape")
    return FACT + msgspec.msgpack.encode(answer)


def extractor(extract: Callable[Concatenate[bytes, More], Fact]) -> Extractor[More, Fact]:
    """Make an extractor of a pure function from a file's bytes to a frozen struct: what it gives is kept by content.

    `handlers.of(sources)` gives the facts of each file, `handlers(data)` is the function; see `refactorkit.facts`.
    """
    return Extractor(extract)
