"""Replace a permissive URL type by pydantic's `HttpUrl`, without breaking what is stored or sent.

Why: A field typed as a permissive alias of `str` accepts any text, so malformed URLs fail far from where they came in.
A bare swap breaks programs: an `HttpUrl` is no `str`, databases refuse to bind it, one bad stored row breaks a whole
list, and comparisons with strings are never true. So each model is judged by what it is for. Models that take input
get the strict type; models that hand out stored data get an alias that normalises what HttpUrl accepts and returns the
rest unchanged (`stored=keep`). Both are named once, beside the permissive alias, and serialise to plain strings where
models are dumped in python mode.

Leaves alone: classes that pydantic doesn't validate, models whose role is mixed or unknown, fields whose value code
uses as a string, fields with string constraints, validators or defaults that are no URLs, unions with other types.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from refactorkit.codemod import Codemod
from refactorkit.config import Scope
from refactorkit.model import Change, Finding, Outcome, Plan, Source, Status


class HttpUrl(Codemod):
    """Judges every use of the permissive aliases in the project, and rewrites the fields that can change."""

    lax: tuple[str, ...] = ("LaxUrl",)
    """The permissive aliases: qualified names (`app.types.LaxUrl`) or bare ones."""

    strict: str = "pydantic.HttpUrl"
    """The strict type, as a qualified name of pydantic's URL types or of a subclass."""

    todo_fields: bool = True
    """Whether a `str` field of a model whose comment says that it should be the strict type is a candidate too."""

    stored: Literal["keep", "reject"] = "keep"
    """What a stored model does with a value that the strict type rejects: hand it out unchanged, or fail."""

    serialise: Literal["auto", "always", "never"] = "auto"
    """Whether values are dumped as plain strings in python mode too; `auto`: where the project dumps in python mode."""

    role: Literal["refuse", "input", "stored"] = "refuse"
    """What a model is taken for that both takes input and hands out stored data, or whose use isn't known."""

    models: tuple[str, ...] = ()
    """Qualified names of base classes outside of the project that are pydantic models."""

    note: str = "docs/http-url-migration.md"
    """Where the migration note goes, from the project's root; empty for none. A file that is there is left alone."""

    @classmethod
    def reasons(cls) -> type[StrEnum]:
        from refactorkit.analysis.url_verdicts import Reason

        return Reason

    @classmethod
    def prepare(cls) -> None:
        import refactorkit.analysis.url_plan  # noqa: F401

    @property
    def mentions(self) -> tuple[bytes, ...]:  # type: ignore[override]
        names = [
            name.rpartition(".")[2] for name in (*self.lax, *((self.strict,) if self.todo_fields else ()))
        ]
        return tuple(name.encode() for name in names)

    @classmethod
    def is_choice(cls, finding: Finding) -> bool:
        return "field" in finding.evidence

    def survey(self, sources: dict[str, Source], scope: Scope) -> Any:
        from refactorkit.analysis.url_plan import plan_urls

        return plan_urls(self, sources, scope)

    def sites(self, facts: Any) -> tuple[str, ...]:
        return tuple(sorted(facts.files))

    def additions(self, facts: Any) -> tuple[Change, ...]:
        return tuple(facts.additions)

    def failures(self, facts: Any) -> dict[str, str]:
        return dict(facts.failures)

    def facts_about(self, facts: Any, path: str) -> Any:
        return facts.files[path]

    def rewrite(self, source: Source, facts: Any, scope: Scope) -> Outcome:
        from refactorkit.field_types import rewrite_fields

        return rewrite_fields(source, facts.files[source.path])

    def summary(self, plan: Plan) -> str:
        fields = sum(f.status is Status.CHANGED and "field" in f.evidence for f in plan.findings)
        return f"validate {fields} URL {'field' if fields == 1 else 'fields'} with {self.strict.rpartition('.')[2]}"
