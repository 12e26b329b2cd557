"""The situations in which a sync half is called, and one run in each."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Callable
from typing import Any

from .fakes import FakeCoroutine, error_text, text_of
from .subject import Subject
from .world import Exhausted, begin

Call = Callable[..., Any]


async def _awaited(value: Any) -> Any:
    if inspect.iscoroutine(value):
        return await value
    return await value if isinstance(value, FakeCoroutine) else value


def _in_loop(call: Call, **switch: bool) -> Any:
    """What a caller in a loop gets. Who asks for the sync half doesn't await: a coroutine is then what it gets."""

    async def main() -> Any:
        value = call(**switch)
        return value if True in switch.values() else await _awaited(value)

    return asyncio.run(main())


def _from_sync_caller_in_loop(call: Call) -> Any:
    def caller() -> Any:
        return call()

    async def main() -> Any:
        return await _awaited(caller())

    return asyncio.run(main())


def _in_thread(call: Call) -> Any:
    results: list[Any] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            results.append(call())
        except BaseException as error:  # noqa: BLE001  (it is raised again in the caller's thread)
            errors.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


def _in_thread_of_loop(call: Call) -> Any:
    async def main() -> Any:
        return await asyncio.to_thread(call)

    return asyncio.run(main())


def _with_locks(call: Call, locks: list[Any], switch: str) -> Any:
    async def main() -> Any:
        for lock in locks:
            await lock.acquire()
        try:
            return call(**{switch: True})
        finally:
            for lock in locks:
                lock.release()

    return asyncio.run(main())


def contexts(subject: Subject, switch: str) -> list[str]:
    """The names of the contexts for a pair; `switch` is the keyword that forces sync or async, or ''."""
    found = [
        "plain",
        "in a running loop",
        "sync caller in a running loop",
        "worker thread",
        "worker thread of a loop",
    ]
    if switch:
        found += [
            f"{where}, {switch}={how}" for where in ("plain", "in a running loop") for how in (True, False)
        ]
        if subject.locks():
            found.append(f"in a running loop that holds the locks, {switch}=True")
    found += [".aio", "the async half"]
    if subject.is_bound:
        found.append("a subclass overrides the sync half")
    return found


OVERRIDE = "a subclass overrides the async half"
"""The one context in which before and after differ by design: the new sync half must reach the override."""


def run(subject: Subject, context: str, way: str, choices: dict[str, str], switch: str) -> dict[str, Any]:
    """One run: the log, how it ended, what was asked and what was covered."""
    world = begin(choices)
    world.awaited = subject.awaited
    try:
        end = f"returned {text_of(_value(subject, context, way, switch))}"
    except Exhausted:
        end = "did not come to an end"
    except BaseException as error:  # noqa: BLE001  (whatever the target raises is the observation)
        end = f"raised {error_text(error)}"
    log = [*world.log, *(f"never awaited: {left.text}" for left in world.pending)]
    return {"log": log, "end": end, "asked": list(world.asked.items()), "covered": sorted(world.covered)}


def _value(subject: Subject, context: str, way: str, switch: str) -> Any:
    overrides = {"a subclass overrides the sync half": (subject.sync,), OVERRIDE: (subject.twin,)}.get(
        context, ()
    )
    receiver = subject.receiver(overrides) if subject.is_bound else None
    args, kwargs = subject.arguments(way)
    half = subject.half(subject.sync, receiver)

    def call(**forced: bool) -> Any:
        return half(*args, **kwargs, **forced)

    where, _, forced = context.partition(f", {switch}=")
    switched = {switch: forced == "True"} if forced else {}
    if where == "in a running loop that holds the locks":
        return _with_locks(call, subject.locks(), switch)
    if where == "in a running loop":
        return _in_loop(call, **switched)
    if where == "plain" and forced == "False":
        return asyncio.run(_awaited(call(**switched)))
    if context == ".aio":
        return _aio(half, receiver, args, kwargs)
    if context == "the async half":
        return asyncio.run(_awaited(subject.half(subject.twin, receiver)(*args, **kwargs)))
    special: dict[str, Callable[[Call], Any]] = {
        "sync caller in a running loop": _from_sync_caller_in_loop,
        "worker thread": _in_thread,
        "worker thread of a loop": _in_thread_of_loop,
    }
    value = special[where](call) if where in special else call(**switched)
    if inspect.iscoroutine(value):
        value.close()
    return value


def _aio(half: Any, receiver: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`half.aio(...)`: of a function it is unbound, and the receiver has to be given."""
    aio = half.aio
    is_unbound = inspect.isfunction(aio) and receiver is not None
    return asyncio.run(_awaited(aio(*([receiver] if is_unbound else []), *args, **kwargs)))
