"""From candidates to outcomes: each file on its own, in this process or, for many, in workers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from refactorkit.codemod import Codemod
from refactorkit.config import ConfigError, Scope
from refactorkit.model import Change, Failed, Outcome, Skipped, Source, Unchanged

FEW = 20
"""Below this many candidates a pool costs more than it saves: a worker takes 0.5 s to import libcst."""


def transform(
    codemod: Codemod,
    sources: Sequence[Source],
    facts: Any,
    scope: Scope,
    jobs: int = 1,
    progress: Callable[[], None] = lambda: None,
) -> list[Outcome]:
    """One outcome for each source, in the same order. A file that can't be worked on is `Failed`; nothing is raised."""
    if jobs < 2 or len(sources) < FEW:
        outcomes = []
        for source in sources:
            outcomes.append(rewrite(codemod, source, facts, scope))
            progress()
        return outcomes
    done = dict(_in_workers(codemod, sources, facts, scope, jobs, progress))
    return [done[source.path] for source in sources]


def rewrite(codemod: Codemod, source: Source, facts: Any, scope: Scope) -> Outcome:
    """What a codemod makes of one file; whatever goes wrong is that file's failure alone."""
    try:
        return codemod.rewrite(source, facts, scope)
    except ConfigError:
        raise
    except RecursionError:
        return Failed(path=source.path, error="nested too deeply to be parsed")
    except UnicodeDecodeError as error:
        return Failed(path=source.path, error=f"not valid {error.encoding} at byte {error.start}")
    except Exception as error:  # noqa: BLE001  (a codemod is anybody's code: its errors belong to the file)
        return Failed(path=source.path, error=describe(error))


def describe(error: BaseException) -> str:
    """An error on one line: libcst's syntax errors with their place, others with their type."""
    if type(error).__name__ == "ParserSyntaxError":
        line = getattr(error, "raw_line", 0)
        return f"libcst can't parse it: line {line}: {getattr(error, 'message', error)}".splitlines()[0]
    if isinstance(error, SyntaxError):
        return f"not valid Python {sys.version_info.major}.{sys.version_info.minor}: line {error.lineno}: {error.msg}"
    first = (str(error).splitlines() or [""])[0]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


_state: tuple[Codemod, Any, Scope] | None = None


def _start(codemod: Codemod, facts: Any, scope: Scope) -> None:
    """Runs once in each worker: the facts are sent here and not with every file."""
    global _state
    _state = codemod, facts, scope


def _work(source: Source) -> bytes:
    """One file in a worker; the result travels as bytes."""
    assert _state is not None
    return msgspec.msgpack.encode([rewrite(_state[0], source, *_state[1:])])


def _in_workers(
    codemod: Codemod,
    sources: Sequence[Source],
    facts: Any,
    scope: Scope,
    jobs: int,
    progress: Callable[[], None],
) -> Iterator[tuple[str, Outcome]]:
    left = {source.path: source for source in sources}
    for path, outcome in _pool(codemod, sources, facts, scope, jobs):
        if outcome is not None:
            left.pop(path)
            progress()
            yield path, outcome
    for path, source in left.items():  # a worker died and took the pool with it: find the file that killed it
        for _, outcome in _pool(codemod, [source], facts, scope, 1):
            progress()
            yield path, outcome or Failed(path=path, error="the worker died: killed, or out of memory")


def _pool(
    codemod: Codemod, sources: Sequence[Source], facts: Any, scope: Scope, jobs: int
) -> Iterator[tuple[str, Outcome | None]]:
    """Path and outcome as they come; None for what was lost with a dead worker."""
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    with ProcessPoolExecutor(jobs, get_context("spawn"), _start, (codemod, facts, scope)) as pool:
        try:
            futures = {pool.submit(_work, source): source.path for source in sources}
        except BrokenProcessPool:
            yield from ((source.path, None) for source in sources)
            return
        for future in as_completed(futures):
            try:
                yield futures[future], _decode(future.result())
            except BrokenProcessPool:
                yield futures[future], None


def _decode(data: bytes) -> Outcome:
    raw = msgspec.msgpack.decode(data)[0]
    if "before" in raw:
        return msgspec.convert(raw, Change)
    if "error" in raw:
        return msgspec.convert(raw, Failed)
    return msgspec.convert(raw, Skipped) if "reason" in raw else msgspec.convert(raw, Unchanged)
