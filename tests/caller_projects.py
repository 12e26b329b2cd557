"""A small library with pairs, and what moving callers makes of projects around it."""

from __future__ import annotations

import textwrap

from refactorkit.analysis.callers import Wanted, migrations
from refactorkit.analysis.pairs import file_pairs
from refactorkit.callers import rewrite_callers
from refactorkit.model import Change, Finding, Level, Source, Status

LIBRARY = """
from typing import Self

from dispatch import async_dispatch


class Block:
    @classmethod
    async def aload(cls, name: str) -> Self: ...

    @classmethod
    @async_dispatch(aload)
    def load(cls, name: str) -> Self: ...

    async def asave(self) -> None: ...

    @async_dispatch(asave)
    def save(self) -> None: ...

    async def __aenter__(self) -> Self: ...

    @property
    def parent(self) -> "Block": ...


class Secret(Block):
    pass


async def afetch(name: str) -> Block: ...


@async_dispatch(afetch)
def fetch(name: str) -> Block: ...


def make() -> Block: ...
"""


def applied(source: Source, first: int, last: int, level: Level) -> tuple[Status, str | None]:
    """A run that wants every site."""
    return Status.CHANGED, None


def migrate(files: dict[str, str], wanted: Wanted = applied) -> tuple[dict[str, str], list[Finding]]:
    """The files after the migration, and the findings."""
    texts = {path: textwrap.dedent(text) for path, text in files.items()}
    sources = {path: Source(path=path, data=text.encode()) for path, text in sorted(texts.items())}
    pairs = [
        pair
        for path, source in sources.items()
        for pair in file_pairs(path, source.data, ["async_dispatch"]).pairs
    ]
    found = migrations(sources, pairs, wanted, ["async_dispatch"])
    after = dict(texts)
    for path, migration in found.items():
        outcome = rewrite_callers(sources[path], migration, ("library",))
        if isinstance(outcome, Change) and outcome.after is not None:
            after[path] = outcome.after.decode()
    return after, [finding for migration in found.values() for finding in migration.findings]


def migrate_main(before: str, **more: str) -> tuple[str, list[Finding]]:
    """The module `main.py` beside the library after the migration."""
    files = {"library.py": LIBRARY, "main.py": before}
    files.update({f"{name}.py": text for name, text in more.items()})
    after, findings = migrate(files)
    return after["main.py"], [f for f in findings if f.path == "main.py"]
