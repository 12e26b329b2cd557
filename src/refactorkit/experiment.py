"""What the differential harness is to drive: the pairs that a codemod changed, and which spellings mean the same."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class Subject(Struct, frozen=True, kw_only=True):
    """A pair to be driven: the file, the line of its finding before the change, and both qualified names in the module.

    `core` is the half that holds the implementation after the change; the other one is a call of it.
    """

    path: str
    line: int
    sync: str
    twin: str
    core: Literal["sync", "twin"] = "twin"


class Mapping(Struct, frozen=True, kw_only=True):
    """Which spellings mean the same in sync and async code. Names are dotted, or bare to match whatever ends in them.

    `renames` maps async to sync spellings; `twins` gives each function of the project that has a twin the one name that is
    shown for both. `clients` make a client that is the same however it was made; `threads` run their first argument in a
    worker thread; `bridges` run a coroutine to its end; `entered` hand their argument to `with`; `genuine` are never replaced
    by a fake; `dropped` are keyword arguments that only say sync or async, and `switch` is the one of the dispatcher.
    """

    renames: dict[str, str] = {}
    twins: dict[str, str] = {}
    clients: tuple[str, ...] = ()
    threads: tuple[str, ...] = ()
    bridges: tuple[str, ...] = ()
    entered: tuple[str, ...] = ("nullcontext",)
    genuine: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    switch: str = ""


class Experiment(Struct, frozen=True, kw_only=True):
    """The pairs that were changed, and the mapping that holds for all of them."""

    subjects: tuple[Subject, ...] = ()
    mapping: Mapping = Mapping()
