"""`nullcontext(x)`, in `with` and in `async with`."""

from __future__ import annotations

from typing import Any


class Entered:
    """What `nullcontext(x)` gives: `with` and `async with` hand `x` through, and nothing else happens."""

    def __init__(self, value: Any = None, **named: Any) -> None:
        self.value = next(iter(named.values()), value)

    def __enter__(self) -> Any:
        return self.value

    def __exit__(self, *_: object) -> None: ...

    async def __aenter__(self) -> Any:
        return self.value

    async def __aexit__(self, *_: object) -> None: ...
