"""Add, rename or remove parameters of a function, method or constructor, and update its callers.

Why: A signature that grew over years is awkward to change by hand: every caller has to follow, whatever name it knows the
function by, and a forgotten one fails in production. Here the definition, its body, its docstring and every call in the
project change together, or nothing does. Say what to change with options:
`-o function=pkg.mod.fetch -o add=timeout=30 -o rename=url:address -o remove=verbose`; each may be repeated.

An added parameter is written `name=default`; `*name=default` is keyword-only, `name@1=default` is the second one
(`self` isn't counted), and `name: int=3` has an annotation. A place before others makes positional calls pass the default.
Bodies are followed through closures, comprehensions and `nonlocal`, and each edited file is held against an edited syntax
tree, so that nothing but the signature's change is in it.

Leaves alone: everything, when one reference that relies on the old signature can't follow: calls that unpack `*args` or
`**kwargs` where the parameter may be, a function that is handed on, inspected, patched by a string or decorated, methods
that override or are overridden, abstract ones, parameters that the body still uses, names that are taken. The ledger
names each of them. `-o partial=true` goes ahead all the same, at `--level suggested`. Calls on receivers that nobody
knows, which might be meant, need that level, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar

from refactorkit.codemod import Codemod
from refactorkit.config import Scope
from refactorkit.model import Change, Outcome, Plan, Source, Status, Unchanged


class ChangeSignature(Codemod):
    """Finds every reference to one function and decides for all of them together."""

    function: str = ""
    """The function, method or class, as `package.module.name` or `package.module.Class.name`; of a class, its `__init__`."""

    add: tuple[str, ...] = ()
    """Parameters to add: `name=default`, `*name=default` (keyword-only), `name@1=default` (at a place, from 0)."""

    rename: tuple[str, ...] = ()
    """Parameters to rename: `old:new`."""

    remove: tuple[str, ...] = ()
    """Parameters to remove."""

    partial: bool = False
    """Whether to change the rest when some references can't follow; they are in the ledger and will break."""

    _is_checked: ClassVar[bool] = False
    _declared: ClassVar[str] = ""

    @classmethod
    def reasons(cls) -> type[StrEnum]:
        from refactorkit.analysis.signature_reasons import Reason

        return Reason

    @classmethod
    def prepare(cls) -> None:
        import refactorkit.analysis.signature_plan  # noqa: F401

    def configured(self, configuration: Mapping[str, bytes]) -> None:
        self._asked()  # what can't be meant is said before anything is read
        text = b"\n".join(configuration.values()).decode("utf-8", "replace")
        setattr(self, "_declared", text)  # noqa: B010  (no option, though a dataclass would take it for one)

    def _asked(self) -> Any:
        from refactorkit.analysis.signature_request import asked

        return asked(self.function, self.add, self.rename, self.remove)

    def admits(self, data: bytes) -> bool:
        return True  # a function that no file mentions is a slip of the pen, which only a look at all of them can tell

    def survey(self, sources: dict[str, Source], scope: Scope) -> Any:
        from refactorkit.analysis.signature_plan import SignatureFacts, plan_signature
        from refactorkit.facts import of_project

        asked, is_checked = self._asked(), self._is_checked
        facts = of_project(
            SignatureFacts,
            plan_signature.__module__,
            sources,
            (self.options(), scope, is_checked, self._declared),
            lambda: plan_signature(asked, self.partial, is_checked, sources, scope, self._declared),
        )
        setattr(self, "_is_checked", True)  # noqa: B010  (from now on, a name that is gone has been removed)
        return facts

    def sites(self, facts: Any) -> tuple[str, ...]:
        return tuple(sorted(facts.files))

    def failures(self, facts: Any) -> dict[str, str]:
        return dict(facts.failures)

    def rewrite(self, source: Source, facts: Any, scope: Scope) -> Outcome:
        plan = facts.files[source.path]
        if plan.after is None:
            return Unchanged(path=source.path, findings=plan.findings)
        return Change(
            path=source.path, before=source.data, after=plan.after, findings=plan.findings, mode=source.mode
        )

    def summary(self, plan: Plan) -> str:
        calls = sum(f.status is Status.CHANGED and f.message.startswith("the call") for f in plan.findings)
        return f"change the signature of {self.function.rpartition('.')[2]} and {calls} {'call' if calls == 1 else 'calls'}"
