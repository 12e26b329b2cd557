"""One name for a function and its async twin.

    async def aload(path): ...

    @async_dispatch(aload)
    def load(path): ...

`load(path)` returns the result in synchronous code and a coroutine where an event
loop is running. `_sync=True` or `_sync=False` settles the choice for one call.
"""

import asyncio
import contextvars
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import Any, Callable, Coroutine, Optional, TypeVar

T = TypeVar("T")


def is_in_async_context() -> bool:
    """Whether the caller runs in an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def run_coro_as_sync(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end; from within a loop, in a thread of its own."""
    if not is_in_async_context():
        return asyncio.run(coroutine)
    context = contextvars.copy_context()
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(context.run, asyncio.run, coroutine).result()


def async_dispatch(async_impl: Any) -> Callable[[Callable[..., Any]], Any]:
    """Pair a synchronous function with the coroutine function that replaces it."""
    # In a class body a class method is still the descriptor, not the function.
    target = getattr(async_impl, "__func__", async_impl)

    def decorate(sync_fn: Callable[..., Any]) -> Any:
        @wraps(sync_fn)
        def wrapper(*args: Any, _sync: Optional[bool] = None, **kwargs: Any) -> Any:
            use_async = is_in_async_context() if _sync is None else not _sync
            return (target if use_async else sync_fn)(*args, **kwargs)

        wrapper.aio = target  # type: ignore[attr-defined]
        return wrapper

    return decorate
