"""What counts as the same thing in sync and in async code: the table of twins, as data.

A row maps a dotted async name to a sync one. A dotted name stands for exactly that import; a bare one for any callee
of that name. `{0}` is the call's first argument: `asyncio.to_thread={0}` says that `await asyncio.to_thread(f, x)` is
`f(x)`, and `{0}.result` would say `f.result()`. `asyncio.wrap_future` has no row: a cancelled future raises another
exception on each side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

CALLS = (
    "asyncio.sleep=time.sleep",
    "anyio.sleep=time.sleep",
    "asyncio.to_thread={0}",
    "anyio.to_thread.run_sync={0}",
    "asyncer.asyncify={0}",
    "starlette.concurrency.run_in_threadpool={0}",
    "fastapi.concurrency.run_in_threadpool={0}",
    "run_sync_in_worker_thread={0}",
)
"""Awaited calls and the plain calls that do the same. Sources: the documentation of each library."""

FILES = ("anyio.open_file=open", "aiofiles.open=open")
"""Functions that open a file: the awaited methods of what they return are those of a plain file."""

CONTEXTS = ("asyncnullcontext=nullcontext",)
"""Async context managers with a sync twin of the same behaviour."""

FILE_KEYWORDS = {"anyio.to_thread.run_sync": ("abandon_on_cancel", "cancellable", "limiter")}
"""Keyword arguments that belong to the async call itself and not to the function that it runs."""


class Row(Struct, frozen=True):
    """One row of the table. `keywords` are those of the sync call (`sync_client=True`) as (name, source text)."""

    twin: str
    sync: str
    keywords: tuple[tuple[str, str], ...] = ()


class Twins(Struct, frozen=True):
    """The whole table. `calls` hold for awaited calls, `files` and `clients` for what makes an object."""

    calls: tuple[Row, ...] = ()
    files: tuple[Row, ...] = ()
    contexts: tuple[Row, ...] = ()
    clients: tuple[Row, ...] = ()


def twins(mapping: Iterable[str] = (), clients: Iterable[str] = ()) -> Twins:
    """The table with the rows that a project adds. Raises ValueError naming a row that can't be read."""
    calls = [_row(text) for text in mapping]
    opening = [row for row in calls if row.sync.rpartition(".")[2] == "open"]
    return Twins(
        calls=(*(row for row in calls if row not in opening), *map(_row, CALLS)),
        files=(*opening, *map(_row, FILES)),
        contexts=tuple(map(_row, CONTEXTS)),
        clients=tuple(map(_row, clients)),
    )


ROW = re.compile(r"([\w.]+)\s*=\s*((?:\{0\}|[\w.]+)(?:\.\w+)*)\s*(?:\((.*)\))?\s*")


def _row(text: str) -> Row:
    match = ROW.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no row of the table of twins: write async.name=sync.name")
    keywords = []
    for part in (match[3] or "").split(";"):
        name, equals, value = part.partition("=")
        if equals:
            keywords.append((name.strip(), value.strip()))
    return Row(match[1], match[2], tuple(keywords))


def means(row_name: str, qualified: str | None) -> bool:
    """Whether a callee's dotted name is the one of a row; a bare name of a row matches the last part."""
    if qualified is None:
        return False
    if "." in row_name:
        return qualified == row_name
    return qualified.rpartition(".")[2] == row_name


def core(name: str) -> str:
    """A function's name without what usually tells sync from async: `_aget_x`, `_get_x_sync`, `get_x_async` -> `get_x`.

    The leading `a` is ambiguous (`aload`, `add`), so callers compare with `related`.
    """
    bare = name.strip("_")
    for suffix in ("_sync", "_async"):
        bare = bare.removesuffix(suffix)
    return bare.removeprefix("async_").removeprefix("sync_")


def related(sync: str, twin: str) -> bool:
    """Whether two names are those of a function and its async twin by a usual convention."""
    if sync == twin:
        return False
    one, other = core(sync), core(twin)
    return one == other or other == f"a{one}"
