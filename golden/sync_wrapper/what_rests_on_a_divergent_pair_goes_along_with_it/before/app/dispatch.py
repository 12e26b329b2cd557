"""One name for a function and its async twin."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import Any, Coroutine, TypeVar

T = TypeVar("T")


def run_coro_as_sync(coroutine: Coroutine[Any, Any, T]) -> T:
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def async_dispatch(async_impl):
    target = getattr(async_impl, "__func__", async_impl)

    def decorate(sync_fn):
        @wraps(sync_fn)
        def wrapper(*args, _sync=None, **kwargs):
            return (sync_fn if _sync else target)(*args, **kwargs)

        wrapper.aio = target
        return wrapper

    return decorate
