"""From candidates to outcomes: each file on its own, in this process or, for many, in workers."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from refactorkit.catalogue import import_local, local_module
from refactorkit.codemod import Codemod
from refactorkit.config import ConfigError, Scope
from refactorkit.model import Failed, Outcome, Source
from refactorkit.nesting import far_down
from refactorkit.recall import light, restored
from refactorkit.syntax import describe, kept_traceback

FEW = 20
"""Below this many candidates a pool costs more than it saves: a worker takes 0.5 s to import libcst."""


class Task(msgspec.Struct, frozen=True):
    """A file, and which of the codemods at hand are run on it: one after the other, on one syntax tree."""

    source: Source
    codemods: tuple[int, ...]


class State(msgspec.Struct, frozen=True):
    """What all tasks have in common. `facts` are those of the only codemod, if it is a project-wide one."""

    codemods: tuple[Codemod, ...]
    facts: Any
    scope: Scope


def transform(
    codemod: Codemod,
    sources: Sequence[Source],
    facts: Any,
    scope: Scope,
    jobs: int = 1,
    progress: Callable[[], None] = lambda: None,
) -> list[Outcome]:
    """One outcome for each source, in the same order. A file that can't be worked on is `Failed`; nothing is raised."""
    tasks = [Task(source, (0,)) for source in sources]
    jobs = workers(jobs, len(sources))
    return [outcome for (outcome,) in work_through(State((codemod,), facts, scope), tasks, jobs, progress)]


def workers(jobs: int, candidates: int) -> int:
    """How many workers to start for so many candidates; 0 means to do without."""
    return jobs if jobs > 1 and candidates >= FEW else 0


def work_through(
    state: State, tasks: Sequence[Task], jobs: int = 0, progress: Callable[[], None] = lambda: None
) -> list[tuple[Outcome, ...]]:
    """For each task, in the same order, the outcome of each of its codemods. `jobs` workers do it, or this process."""
    if not jobs:
        found = []
        for task in tasks:
            found.append(_outcomes(state, task))
            progress()
        return found
    done = {}
    for number, outcomes in _in_workers(state, tasks, jobs):
        done[number] = outcomes
        progress()
    return [done[number] for number in range(len(tasks))]


def _outcomes(state: State, task: Task) -> tuple[Outcome, ...]:
    return tuple(rewrite(state.codemods[n], task.source, state.facts, state.scope) for n in task.codemods)


def rewrite(codemod: Codemod, source: Source, facts: Any, scope: Scope) -> Outcome:
    """What a codemod makes of one file; whatever goes wrong is that file's failure alone."""
    try:
        try:
            return codemod.rewrite(source, facts, scope)
        except RecursionError:  # long chains of operators and calls: visitors go as deep as the code
            return far_down(lambda: codemod.rewrite(source, facts, scope))
    except ConfigError:
        raise
    except RecursionError:
        return Failed(path=source.path, error="nested too deeply to be parsed")
    except UnicodeDecodeError as error:
        return Failed(path=source.path, error=f"not valid {error.encoding} at byte {error.start}")
    except (MemoryError, OSError) as error:
        return Failed(path=source.path, error=describe(error), is_lasting=False)
    except Exception as error:  # noqa: BLE001  (a codemod is anybody's code: its errors belong to the file)
        return Failed(path=source.path, error=describe(error), traceback=kept_traceback(error))


_state: State | None = None


def _start(local: Sequence[tuple[str, Path]], state: bytes) -> None:
    """Runs once in each worker: the codemods and their facts are sent here and not with every file."""
    global _state
    threading.Thread(target=_end_with_parent, daemon=True).start()
    for module in local:
        import_local(*module)
    _state = pickle.loads(state)


def _end_with_parent() -> None:
    """A worker whose coordinator was killed would wait for work for ever."""
    from multiprocessing import connection, parent_process

    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _work(task: Task) -> tuple[Outcome, ...]:
    """One file in a worker. What the coordinator has already isn't sent back."""
    assert _state is not None
    return tuple(light(outcome, task.source) for outcome in _outcomes(_state, task))


def _in_workers(state: State, tasks: Sequence[Task], jobs: int) -> Iterator[tuple[int, tuple[Outcome, ...]]]:
    """The number of each task with its outcomes, as they come. A dead worker costs the file that killed it."""
    modules = [module for codemod in state.codemods if (module := local_module(codemod)) is not None]
    sent = modules, pickle.dumps(state)
    left = dict(enumerate(tasks))
    while left:
        for number, outcomes in _pool(sent, left, jobs):
            yield number, _restored(left.pop(number), outcomes)
        # A dead worker takes the pool with it. It had one of the tasks that were handed out, in order: one for each
        # worker, and as many and one more in the queue (EXTRA_QUEUED_CALLS of concurrent.futures.process).
        for number in list(left)[: 2 * jobs + 1]:
            yield number, _alone(sent, left.pop(number))


def _alone(sent: tuple[Sequence[tuple[str, Path]], bytes], task: Task) -> tuple[Outcome, ...]:
    """The outcomes of a task that may kill its worker: each codemod gets one of its own."""
    found: list[Outcome] = []
    for codemod in task.codemods:
        own = Task(task.source, (codemod,))
        got = [_restored(own, outcomes) for _, outcomes in _pool(sent, {0: own}, 1)]
        died = Failed(
            path=task.source.path, error="the worker died: killed, or out of memory", is_lasting=False
        )
        found += got[0] if got else (died,)
    return tuple(found)


def _restored(task: Task, outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    return tuple(restored(outcome, task.source) for outcome in outcomes)


def _pool(
    sent: tuple[Sequence[tuple[str, Path]], bytes], tasks: Mapping[int, Task], jobs: int
) -> Iterator[tuple[int, tuple[Outcome, ...]]]:
    """Numbers and outcomes as they come; nothing for what was lost with a dead worker."""
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import active_children, get_context

    others = set(active_children())
    pool = ProcessPoolExecutor(min(jobs, len(tasks)), get_context("spawn"), _start, sent)
    try:
        futures = {}
        with _undisturbed(), suppress(BrokenProcessPool):
            for number, task in tasks.items():
                futures[pool.submit(_work, task)] = number
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
