"""The sync functions of `store`, which call its async ones; import them from there."""

from app.dispatch import async_dispatch, run_coro_as_sync
from app.store import LIMIT, aload

__name__ = aload.__module__  # what the functions say they come from: they are imported from there


@async_dispatch(aload)
def load(name: str, limit: int = LIMIT) -> str:
    """Load it, and wait."""
    return run_coro_as_sync(aload(name=name, limit=limit))
