"""From candidates to outcomes: each file on its own, in this process or, for many, in workers."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from refactorkit.catalogue import import_local, local_module
from refactorkit.codemod import Codemod
from refactorkit.config import ConfigError, Scope
from refactorkit.model import Failed, Outcome, Source
from refactorkit.syntax import describe, kept_traceback

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
        return Failed(path=source.path, error=describe(error), traceback=kept_traceback(error))


_state: tuple[Codemod, Any, Scope] | None = None


def _start(local: tuple[str, Path] | None, state: bytes) -> None:
    """Runs once in each worker: the codemod and its facts are sent here and not with every file."""
    global _state
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if local is not None:
        import_local(*local)
    _state = pickle.loads(state)


def _end_with_parent() -> None:
    """A worker whose coordinator was killed would wait for work for ever."""
    from multiprocessing import connection, parent_process

    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _work(source: Source) -> Outcome:
    """One file in a worker."""
    assert _state is not None
    return rewrite(_state[0], source, *_state[1:])


def _in_workers(
    codemod: Codemod,
    sources: Sequence[Source],
    facts: Any,
    scope: Scope,
    jobs: int,
    progress: Callable[[], None],
) -> Iterator[tuple[str, Outcome]]:
    state = local_module(codemod), pickle.dumps((codemod, facts, scope))
    left = {source.path: source for source in sources}
    while left:
        for path, outcome in _pool(state, list(left.values()), jobs):
            left.pop(path)
            progress()
            yield path, outcome
        if (
            left and jobs == 1
        ):  # the only worker takes the files in order: it died of the first one that is left
            path = next(iter(left))
            left.pop(path)
            progress()
            yield path, Failed(path=path, error="the worker died: killed, or out of memory")
        jobs = (
            1  # a dead worker takes the whole pool with it, and of several nobody knows which file killed it
        )


def _pool(
    state: tuple[tuple[str, Path] | None, bytes], sources: Sequence[Source], jobs: int
) -> Iterator[tuple[str, Outcome]]:
    """Path and outcome as they come; nothing for what was lost with a dead worker."""
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import active_children, get_context

    others = set(active_children())
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _start, state)
    try:
        futures = {}
        with _undisturbed(), suppress(BrokenProcessPool):
            for source in sources:
                futures[pool.submit(_work, source)] = source.path
        for future in as_completed(futures):
            with suppress(BrokenProcessPool):
                yield futures[future], future.result()
    except BaseException:
        for worker in set(active_children()) - others:
            worker.kill()  # what is left to do would be waited for
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """What worker processes inherit: no Ctrl-C, which is the coordinator's, and no current folder to import from.

    That folder is the target's, and a `pickle.py` in it would be taken for the standard library's.
    """
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    blocks = hasattr(signal, "pthread_sigmask")
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT]) if blocks else None
    try:
        yield
    finally:
        if mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before
