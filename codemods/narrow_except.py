"""Narrow broad exception handlers to what the body of their `try` can really raise.

Why: `except Exception` also swallows the mistakes that nobody meant it for, and says nothing about what is expected. What
a body can raise is worked out for each expression by the types of its operands, through the calls of the whole project,
with a knowledge base of the builtins and the standard library, and from the source of the installed packages. Where that
shows every type, the handler names them; each one comes with a witness that says where it is raised and through which calls.

A change is proved under stated assumptions: no MemoryError, no RecursionError, no exception raised by a signal, and
well-typed operations raise no TypeError, AttributeError or NameError (`-o keep-type-errors=true` keeps these).

Leaves alone: handlers that guard what a caller passed in or registered, event, worker and retry loops, destructors,
callbacks and cleanup, bodies that yield, task groups and `except*`, handlers that raise the same exception again. Where a
call isn't resolved, a method may be overridden, or a library isn't known, the handler stays and the ledger says why; where
little is missing it suggests the types that are known. A bare `except:` is suggested as `except Exception:` at least.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from refactorkit.codemod import Codemod
from refactorkit.config import Scope
from refactorkit.model import Outcome, Plan, Source, Status, Verification

if TYPE_CHECKING:
    from refactorkit.environment import Environment


class NarrowExcept(Codemod):
    """Decides on every broad handler, for the whole project in one plan."""

    mentions = (b"except",)

    keep_type_errors: bool = False
    """Whether narrowed handlers go on catching TypeError, AttributeError and NameError."""

    closed_world: bool = False
    """Whether nobody outside of the project inherits from its classes, so that all overrides are known."""

    log: Literal["off", "module-logger"] = "off"
    """Whether broad handlers that only pass or return a default get a log call, where the module has a logger."""

    packages: Literal["installed", "off"] = "installed"
    """Whether what installed packages raise is worked out from their sources, in the project's environment: that of
    `--python`, its .venv or VIRTUAL_ENV. Their versions become part of the result."""

    observed: str = ".refactorkit/observed.json"
    """The recording of `refactorkit observe`, from the working folder or one above it; empty for none."""

    oracle: Literal["none", "ty", "pyrefly"] = "none"
    """A type checker to ask for the types that source alone doesn't tell. A proof that rests on its word says so."""

    @classmethod
    def reasons(cls) -> type[StrEnum]:
        from refactorkit.analysis.handler_reasons import Reason

        return Reason

    @classmethod
    def prepare(cls) -> None:
        import refactorkit.analysis.handler_plan  # noqa: F401

    @cached_property
    def recording(self) -> Any:
        """The recording, read once; None without one."""
        from refactorkit.analysis.handler_observations import recording_of

        return recording_of(self.observed)

    def options(self) -> dict[str, Any]:
        """The options, and for the commit's trailers the sha256 of the recording that it rests on."""
        return {**super().options(), **(self.recording.trailer() if self.recording else {})}

    def depends_on(self) -> str | None:
        asked = self._asked()
        parts = [f"{asked.tool} {asked.version}"] if asked else []
        parts += [self._installed.signature] if self._installed else []
        return "\0".join(parts)

    def located(self, environment: Environment | None) -> None:
        from refactorkit.distributions import Installed

        if self.packages == "installed":
            self._installed = Installed(environment.folders if environment else ())  # type: ignore[misc]

    def tools(self) -> dict[str, str]:
        asked = self._asked()
        return {asked.tool: asked.version} if asked else {}

    def rests_on(self, facts: Any) -> dict[str, str]:
        return {f"installed:{name}": version for name, version in facts.packages.items()}

    def configured(self, configuration: Mapping[str, bytes]) -> None:
        self._configuration = configuration  # type: ignore[misc]

    def survey(self, sources: dict[str, Source], scope: Scope) -> Any:
        from refactorkit.analysis.handler_plan import Planner, Wishes
        from refactorkit.analysis.target_python import oldest_python

        python = oldest_python(self._configuration, sources)
        wishes = Wishes(self.keep_type_errors, self.closed_world, self.log != "off", self.recording)
        planner = Planner(self.identifier(), sources, scope, python, wishes, self._asked(), self._installed)
        return planner.plan()

    def _asked(self) -> Any:
        """The type checker. Raises ConfigError when it isn't there in its pinned version."""
        if self.oracle == "none":
            return None
        from refactorkit.type_oracle import oracle

        return oracle(self.oracle)

    def sites(self, facts: Any) -> tuple[str, ...]:
        return tuple(sorted(facts.files))

    def failures(self, facts: Any) -> dict[str, str]:
        return dict(facts.failures)

    def verified(self, facts: Any) -> tuple[Verification, ...]:
        cut = Verification(gate="oracle", ok=None, detail=facts.cut_short) if facts.cut_short else None
        return tuple(line for line in (cut, facts.recording) if line)

    def facts_about(self, facts: Any, path: str) -> Any:
        return facts.files[path]

    def rewrite(self, source: Source, facts: Any, scope: Scope) -> Outcome:
        from refactorkit.narrowing import narrow

        return narrow(source, facts.files[source.path])

    def summary(self, plan: Plan) -> str:
        narrowed = sum(
            f.status is Status.CHANGED and bool(f.evidence.get("exceptions")) for f in plan.findings
        )
        return f"narrow {narrowed} broad exception {'handler' if narrowed == 1 else 'handlers'}"

    _configuration: ClassVar[Mapping[str, bytes]] = {}
    _installed: ClassVar[Any] = None
