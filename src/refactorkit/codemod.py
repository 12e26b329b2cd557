"""`Codemod`: the base class of every transformation.

A codemod is a dataclass: its annotated fields are its options. It either rewrites one file at a time, with libcst's
`visit_X` and `leave_X` methods, or is project-wide: then it overrides `survey`, which sees every file through `ast`,
and `rewrite`, which turns what was found into new bytes. Nothing here imports libcst, so that listing is cheap.
"""

from __future__ import annotations

import copy
import dataclasses
import re
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, dataclass_transform

from refactorkit.model import (
    Change,
    Failed,
    Finding,
    Level,
    Outcome,
    Plan,
    Reason,
    Source,
    Status,
    Unchanged,
    Verification,
)

if TYPE_CHECKING:
    import libcst as cst

    from refactorkit.config import Scope
    from refactorkit.environment import Environment
    from refactorkit.experiment import Experiment

IGNORE = re.compile(rb"#\s*refactorkit:\s*ignore(?:\[([\w\-, ]*)\])?")


@dataclass_transform(kw_only_default=True)
class Codemod:
    """One transformation. Subclasses name what they look for and how it is rewritten.

    `mentions` are byte strings of which a file must hold at least one to be looked at; without any, every file is. `version` goes up whenever the
    same input gives another output.
    """

    mentions: ClassVar[tuple[bytes, ...]] = ()
    version: ClassVar[str] = "1.0.0"

    def __init_subclass__(cls) -> None:
        dataclasses.dataclass(kw_only=True, eq=False)(cls)

    @classmethod
    def identifier(cls) -> str:
        """The id on the command line: the module's name with dashes."""
        return cls.__module__.rpartition(".")[2].replace("_", "-")

    @classmethod
    def documentation(cls) -> str:
        """The docstring of the codemod's module."""
        return sys.modules[cls.__module__].__doc__ or ""

    @classmethod
    def is_project_wide(cls) -> bool:
        """Whether this codemod surveys the whole project before it rewrites."""
        return cls.survey is not Codemod.survey

    def options(self) -> dict[str, Any]:
        """The options in force, by their name on the command line."""
        return {f.name.replace("_", "-"): getattr(self, f.name) for f in dataclasses.fields(self)}  # type: ignore[arg-type]

    @classmethod
    def reasons(cls) -> type[StrEnum] | tuple[type[StrEnum], ...] | None:
        """The enum of this codemod's own reason codes, each with a docstring; or several."""
        return None

    @classmethod
    def prepare(cls) -> None:
        """Import what the survey needs. Called in the background while the files are read, which is mostly waiting."""

    def depends_on(self) -> str | None:
        """What decides the result beside sources, options and scope, such as an interpreter, in words that change with it.

        Results are kept between runs only for the same words; with None, for "it can't be told", they are not kept.
        """
        return ""

    def tools(self) -> dict[str, str]:
        """The versions of other tools whose word decides the result, by their names; they become part of the commit."""
        return {}

    def configured(self, configuration: Mapping[str, bytes]) -> None:
        """Told before the first survey what the target's pyproject.toml and its kind say, by path."""

    def located(self, environment: Environment | None) -> None:
        """Told before the first survey where the packages of the target are installed; None where that isn't known."""

    def admits(self, data: bytes) -> bool:
        """The prefilter: whether a file with these bytes could hold a site."""
        return not self.mentions or any(mention in data for mention in self.mentions)

    def survey(self, sources: dict[str, Source], scope: Scope) -> Any:
        """Facts about the whole project, from `ast`; None for a codemod that works file by file.

        What it has to know about single files is best asked of an extractor, see `refactorkit.facts`.
        """
        return None

    def sites(self, facts: Any) -> tuple[str, ...] | None:
        """The paths that the survey found something in; None means: every file that the prefilter admits."""
        return None

    def additions(self, facts: Any) -> tuple[Change, ...]:
        """New files that come with the changes."""
        return ()

    def experiment(self, facts: Any, findings: Sequence[Finding]) -> Experiment | None:
        """What `--verify-behaviour` has to run, of the sites that `findings` say are changed; None: nothing."""
        return None

    def moves_import(self, finding: Finding) -> bool:
        """Whether this change lets an import run at another time, so that only importing the project proves it."""
        return False

    @classmethod
    def is_choice(cls, finding: Finding) -> bool:
        """Whether a reviewer decides on this change by itself. Others follow, such as the imports that it needs."""
        return not cls.is_project_wide() or bool(finding.evidence)

    def startup_entries(self) -> tuple[str, ...]:
        """Dotted modules that users start, beside the root packages and the declared scripts."""
        return ()

    def installed(self) -> set[str]:
        """Top-level modules that are there whenever the project is, beside what its metadata requires."""
        return set()

    def keeps_startup(self) -> bool:
        """Whether importing an entry point must load no more than before, new modules of the codemod's own apart."""
        return False

    def startup_budget(self) -> float | None:
        """By which share importing an entry point may take longer than before; None where no clock is asked."""
        return None

    def rests_on(self, facts: Any) -> dict[str, str]:
        """What the facts rest on beside the sources, by name with versions: it is recorded with the change."""
        return {}

    def failures(self, facts: Any) -> dict[str, str]:
        """The files in scope that the survey could not read, each with why."""
        return {}

    def verified(self, facts: Any) -> tuple[Verification, ...]:
        """Lines beside those of the gates: of what else the survey went by, and whether that holds for this project.

        A plan is kept between runs only where all lines are of gates that look at nothing but it and the sources.
        """
        return ()

    def facts_about(self, facts: Any, path: str) -> Any:
        """All that `rewrite` takes from the facts for one file, as msgspec encodes it: its result is kept for the same.

        With None, the default, what a project-wide codemod makes of single files is not kept between runs.
        """
        return None

    def rewrite(self, source: Source, facts: Any, scope: Scope) -> Outcome:
        """The new bytes of one file, with its findings. The default walks it with the `visit_` and `leave_` methods."""
        from refactorkit.walk import walk

        lines = re.split(rb"\r\n|\r|\n", source.data)

        def wanted(source: Source, first: int, last: int, level: Level) -> tuple[Status, str | None]:
            if any(is_suppressed(lines[number - 1], self.identifier()) for number in (first, last)):
                return Status.SUPPRESSED, Reason.SUPPRESSED
            if not scope.selects(source.path, first, last):
                return Status.UNCHANGED, Reason.NOT_SELECTED
            if not scope.level.admits(level):
                return Status.SUGGESTED, Reason.BELOW_LEVEL
            return Status.CHANGED, None

        return walk(copy.copy(self), source, wanted)

    def summary(self, plan: Plan) -> str:
        """What the change does, for a commit's subject: a phrase in the imperative."""
        count = sum(finding.status is Status.CHANGED for finding in plan.findings)
        return f"rewrite {count} {'site' if count == 1 else 'sites'}"

    # While a file is walked, a copy of the codemod holds what the walker knows about it.

    def changed(self, node: cst.CSTNode, message: str, level: Level = Level.PROVED, **evidence: Any) -> None:
        """Record that the node is rewritten."""
        self._walk.record(node, Status.CHANGED, level, None, message, evidence)

    def refused(self, node: cst.CSTNode, reason: str, message: str, **evidence: Any) -> None:
        """Record that the node is left alone, with a reason code."""
        self._walk.record(node, Status.REFUSED, Level.BOUNDARY, reason, message, evidence)

    def is_call_to(self, node: cst.Call, qualified: str) -> bool:
        """Whether the call's callee is `qualified` (`logging.warn`), through this file's imports and scopes."""
        return bool(self._walk.is_named(node.func, qualified))

    _walk: ClassVar[Any] = None


def is_suppressed(data: bytes, identifier: str) -> bool:
    """Whether these bytes of one line hold `# refactorkit: ignore` for every codemod or for this one."""
    for match in IGNORE.finditer(data):
        names = match.group(1)
        if names is None or identifier.encode() in [name.strip() for name in names.split(b",")]:
            return True
    return False


__all__ = [
    "IGNORE",
    "Change",
    "Codemod",
    "Failed",
    "Finding",
    "Level",
    "Source",
    "Status",
    "Unchanged",
    "is_suppressed",
]
