"""What earlier runs found out, for the same input, options and code: whole plans, and single files.

A plan is kept after its gates, so it is as good as a new one. What is kept for single files are outcomes before any
gate: those of the whole plan are held against the gates again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from refactorkit.cache import Cache, digest
from refactorkit.codemod import Codemod
from refactorkit.config import Config, Scope, Settings
from refactorkit.fingerprint import code_digest
from refactorkit.model import Change, Failed, Outcome, Plan, Seconds, Source

_plans = msgspec.msgpack.Decoder(Plan)
_outcomes = msgspec.msgpack.Decoder(Outcome)


def _codemod_key(codemod: Codemod) -> bytes | None:
    """What decides about a codemod's results beside the input: its code and options; None if that can't be told."""
    code = code_digest(type(codemod).__module__)
    beside = codemod.depends_on()
    if code is None or beside is None:
        return None
    try:
        options = msgspec.msgpack.encode(codemod.options(), order="deterministic")
    except (TypeError, UnicodeEncodeError):
        return None
    return digest(codemod.identifier().encode(), code, beside.encode("utf-8", "surrogateescape"), options)


def plan_key(codemod: Codemod, project: bytes, config: Config) -> bytes | None:
    """The key of a plan for a project (its identity) and a configuration; None when the plan can't be kept."""
    own = _codemod_key(codemod)
    if own is None or config.python is not None:  # what the target's own code does is part of no key
        return None
    deciding = msgspec.structs.replace(
        config, paths=(), settings=Settings(), since=None, jobs=1, root=Path(), gate=None
    )
    try:
        return digest(
            b"plan", own, project, msgspec.msgpack.encode(deciding, enc_hook=str, order="deterministic")
        )
    except (UnicodeEncodeError, TypeError):
        return None


def recall_plan(cache: Cache, key: bytes | None, codemod: Codemod) -> Plan | None:
    """The plan that is kept under a key. Nothing was parsed for it this time."""
    value = cache.get([key]).get(key) if key else None
    if value is None:
        return None
    plan = _plans.decode(value)
    files = msgspec.structs.replace(plan.files, parsed=0)
    return msgspec.structs.replace(plan, files=files, options=codemod.options())


def keep_plan(cache: Cache, key: bytes | None, plan: Plan, gates: frozenset[str]) -> None:
    """Keep a plan, if the next run would come to the same; `gates` are those whose results may be kept."""
    if not key or not cache.is_open or not plan.is_lasting or {v.gate for v in plan.verification} - gates:
        return
    if any(not failed.is_lasting for failed in plan.failures):
        return
    try:
        cache.put({key: msgspec.msgpack.encode(msgspec.structs.replace(plan, seconds=Seconds()))})
    except (UnicodeEncodeError, TypeError):
        return  # a name that is not UTF-8, or evidence that is no plain data


class Kept:
    """The outcomes of single files under one codemod; of a project-wide one by what it has found out about each."""

    def __init__(self, cache: Cache, codemod: Codemod, scope: Scope) -> None:
        self._cache = cache
        self._stem: bytes | None = None
        self._codemod = codemod
        own = _codemod_key(codemod) if cache.is_open else None
        if own is not None:
            with suppress(UnicodeEncodeError, TypeError):
                self._stem = digest(b"outcome", own, msgspec.msgpack.encode(scope, order="deterministic"))

    def recall(self, sources: Sequence[Source], facts: Any = None) -> dict[str, Outcome]:
        """The outcomes by path, as far as they are kept."""
        keys = {key: source for source in sources if (key := self._key(source, facts)) is not None}
        found = self._cache.get(list(keys))
        return {keys[key].path: restored(_outcomes.decode(value), keys[key]) for key, value in found.items()}

    def keep(self, done: Iterable[tuple[Source, Outcome]], facts: Any = None) -> None:
        """Keep outcomes that the same file would have again."""
        new = {}
        for source, outcome in done:
            key = self._key(source, facts)
            value = _packed(source, outcome) if key is not None else None
            if key is not None and value is not None:
                new[key] = value
        self._cache.put(new)

    def _key(self, source: Source, facts: Any) -> bytes | None:
        """What an outcome is kept under; None for one that isn't."""
        if self._stem is None:
            return None
        about = b""
        if self._codemod.is_project_wide():
            piece = self._codemod.facts_about(facts, source.path) if facts is not None else None
            if piece is None:
                return None
            try:
                about = msgspec.msgpack.encode(piece, order="deterministic")
            except (UnicodeEncodeError, TypeError):
                return None  # a name that is not UTF-8, or no plain data
        path = source.path.encode("utf-8", "surrogateescape")
        return digest(self._stem, path, source.mode.encode(), source.data, about)


def _packed(source: Source, outcome: Outcome) -> bytes | None:
    if isinstance(outcome, Failed) and not outcome.is_lasting:
        return None
    try:
        return msgspec.msgpack.encode(light(outcome, source))
    except (UnicodeEncodeError, TypeError):
        return None


def light(outcome: Outcome, source: Source) -> Outcome:
    """The outcome without the bytes that whoever has the source has too."""
    if isinstance(outcome, Change) and outcome.before == source.data:
        return msgspec.structs.replace(outcome, before=None)
    return outcome


def restored(outcome: Outcome, source: Source) -> Outcome:
    """The outcome as it was before `light`. A change of a source always has bytes before it."""
    if isinstance(outcome, Change) and outcome.before is None:
        return msgspec.structs.replace(outcome, before=source.data)
    return outcome
