"""Collapse pairs of sync and async functions: the sync one becomes a thin wrapper of the async one.

Why: A pair such as `@async_dispatch(aload) def load` beside `async def aload` holds the same logic twice, and the two
drift apart. Where both bodies do the same, the implementation stays in the async function, and the sync one calls it
through the project's bridge (`run_coro_as_sync(cls.aload(name))`). Signature, decorators, docstring and dispatch stay.
Bodies are compared statement by statement, with a table of what is the same in sync and async code; what a pair calls
has to be equal too. Inside `async def`, an awaited call of the sync name becomes one of the async name, where source proves
what is called.

Leaves alone: pairs whose bodies differ in any way that the table doesn't know, pairs that drop a client, generators,
bodies that depend on the thread, the loop, the call stack or context variables, halves that a subclass overrides alone,
pairs that are bridged already, and pairs whose async half never awaits; calls that only share a sync half's name, that ask
for one half, or that go through a class which declares one name only.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Literal

from refactorkit.codemod import Codemod
from refactorkit.config import Scope
from refactorkit.experiment import Experiment
from refactorkit.model import Change, Finding, Outcome, Plan, Source, Status


class SyncWrapper(Codemod):
    """Judges every pair of the project and collapses those whose halves do the same."""

    decorators: tuple[str, ...] = ("async_dispatch",)
    """The decorators that take the async half and declare the function below as the sync one."""

    names: tuple[str, ...] = ()
    """Conventions that make a pair without a decorator, such as `a{}`, `{}_async` or `async_{}`."""

    bridge: str = ""
    """The function that runs a coroutine, as a qualified name; empty: the only one that the project has."""

    flag: str = "_sync"
    """The keyword that asks the dispatcher for the sync half."""

    mapping: tuple[str, ...] = ()
    """More rows for the table of twins, such as `asyncio.sleep=time.sleep` or `run_in_thread={0}`."""

    clients: tuple[str, ...] = (
        "httpx.AsyncClient=httpx.Client",
        "get_client=get_client(sync_client=True)",
        "get_or_create_client=get_client(sync_client=True)",
    )
    """What makes an async client, and what makes its sync twin."""

    direction: Literal["async-core", "sync-core"] = "async-core"
    """`sync-core`: where the async half never awaits, it becomes a call of the sync one."""

    layer: Literal["inline", "module"] = "inline"
    """`module`: gather the wrappers of a module's functions in a sync module beside it, which hands them on; methods stay."""

    layer_name: str = "_{}_sync"
    """The name of that sync module; `{}` stands for the name of the module beside it."""

    dispatch: Literal["keep", "remove"] = "keep"
    """`remove`: take the decorator away where every caller in the project passes the keyword, and refuse elsewhere."""

    callers: bool = True
    """Whether awaited calls of sync halves inside `async def` take the async name."""

    oracle: Literal["none", "ty", "pyrefly"] = "none"
    """A type checker to ask about receivers that source alone doesn't tell; what it says counts as observed."""

    @property
    def asked(self) -> Any:
        """The oracle, for the planner. Raises ConfigError when it isn't there in its pinned version."""
        if self.oracle == "none":
            return None
        from refactorkit.type_oracle import oracle

        return oracle(self.oracle)

    def tools(self) -> dict[str, str]:
        asked = self.asked
        return {asked.tool: asked.version} if asked else {}

    def depends_on(self) -> str | None:
        return "" if self.oracle == "none" else None  # the oracle reads what is installed, too

    @classmethod
    def reasons(cls) -> tuple[type[StrEnum], ...]:
        from refactorkit.analysis import caller_reasons, pair_reasons

        return pair_reasons.Reason, caller_reasons.Reason

    @classmethod
    def prepare(cls) -> None:
        import refactorkit.analysis.pair_plan  # noqa: F401

    def admits(self, data: bytes) -> bool:
        if (self.names and b"async def" in data) or (self.callers and b"await" in data):
            return True
        return any(name.rpartition(".")[2].encode() in data for name in self.decorators)

    def survey(self, sources: dict[str, Source], scope: Scope) -> Any:
        from refactorkit.analysis.pair_edits import PairFacts
        from refactorkit.analysis.pair_plan import plan_pairs
        from refactorkit.facts import of_project

        more = (self.options(), scope)
        return of_project(
            PairFacts, plan_pairs.__module__, sources, more, lambda: plan_pairs(self, sources, scope)
        )

    def sites(self, facts: Any) -> tuple[str, ...]:
        return tuple(sorted(facts.files))

    def additions(self, facts: Any) -> tuple[Change, ...]:
        from refactorkit.sync_layer import new_module

        return tuple(new_module(plan.layer) for plan in facts.files.values() if plan.layer is not None)

    @classmethod
    def is_choice(cls, finding: Finding) -> bool:
        return "relation" in finding.evidence or "call" in finding.evidence

    def experiment(self, facts: Any, findings: Sequence[Finding]) -> Experiment | None:
        from refactorkit.analysis.pair_experiment import experiment_for
        from refactorkit.analysis.pair_twins import twins

        return experiment_for(facts, findings, twins(self.mapping, self.clients), self.flag)

    def failures(self, facts: Any) -> dict[str, str]:
        return dict(facts.failures)

    def facts_about(self, facts: Any, path: str) -> Any:
        return facts.files[path]

    def rewrite(self, source: Source, facts: Any, scope: Scope) -> Outcome:
        from refactorkit.wrappers import rewrite_pairs

        return rewrite_pairs(source, facts.files[source.path])

    def summary(self, plan: Plan) -> str:
        changed = [f.evidence for f in plan.findings if f.status is Status.CHANGED]
        pairs, calls = (sum(key in evidence for evidence in changed) for key in ("relation", "call"))
        parts = []
        if pairs or not calls:
            parts.append(
                f"make {pairs} sync {'function a wrapper' if pairs == 1 else 'functions wrappers'} of the async one"
            )
        if calls:
            parts.append(f"await {calls} {'call' if calls == 1 else 'calls'} by the async name")
        return " and ".join(parts)
