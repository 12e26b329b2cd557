"""The text of a pull request, from a jinja2 template that a project can replace."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from msgspec import Struct

from refactorkit import catalogue, model
from refactorkit.application import why
from refactorkit.campaign import CampaignError, Target
from refactorkit.model import Plan, Status
from refactorkit.visible import visible

DEFAULT = Path(__file__).with_name("body.md.j2")
LONGEST = 45_000
"""Characters of the text: GitHub takes 65,536, and the memory needs some."""
LONGEST_TITLE = 200
TITLE = (
    "refactor: {{ summary }}{% if shard %} in {{ shard }}{% endif %}{% if part > 1 %} ({{ part }}){% endif %}"
)
LEFT = (Status.REFUSED, Status.SUGGESTED)
MARKDOWN = re.compile(r"([\\`*_\[\]|~#])")
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;"}
"""`@` too: a text of a target must not call people by their names."""


class Words(Struct, frozen=True, kw_only=True):
    """A title and a text."""

    title: str
    text: str


class Context(Struct, frozen=True, kw_only=True):
    """What the words are about beside the plan."""

    target: Target
    base: str
    base_oid: str
    shard: str
    part: int
    paths: tuple[str, ...]
    options: Mapping[str, str]
    folder: Path


def words(plan: Plan, context: Context) -> Words:
    """Title and text of a plan's pull request. Raises CampaignError for a template that can't be used."""
    variables = _variables(plan, context)
    target = context.target
    title = _rendered(target.title or TITLE, variables, "title")
    template = target.template
    text = _rendered(_template(context.folder, template), variables, template or DEFAULT.name)
    if len(text) > LONGEST:
        text = (
            text[:LONGEST].rpartition("\n")[0] + "\n\n(The rest is left out: run the command for all of it.)"
        )
    return Words(title=visible(" ".join(title.split()))[:LONGEST_TITLE], text=text)


def _template(folder: Path, name: str | None) -> str:
    path = folder / name if name else DEFAULT
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CampaignError(f"template {path} can't be read ({error}): correct the path") from error


def _rendered(text: str, variables: Mapping[str, Any], where: str) -> str:
    try:
        return str(_environment().from_string(text).render(variables))
    except (TemplateError, TypeError, ValueError, ArithmeticError, OverflowError) as error:
        told = " ".join(str(error).split())
        raise CampaignError(f"template {where}: {told}: correct it") from error


@cache
def _environment() -> SandboxedEnvironment:
    made = SandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True)
    made.filters |= {"code": code, "plain": plain}
    return made


def code(text: object) -> str:
    """Text as Markdown code, whatever it holds; a target decides how its files are called."""
    shown = visible(str(text))
    fence = "`" * (_longest_run(shown) + 1)
    space = " " if "`" in shown else ""
    return f"{fence}{space}{shown}{space}{fence}"


def plain(text: object) -> str:
    """Text that Markdown shows as it is, on one line."""
    shown = MARKDOWN.sub(r"\\\1", visible(" ".join(str(text).split())))
    return "".join(ENTITIES.get(character, character) for character in shown)


def _variables(plan: Plan, context: Context) -> dict[str, Any]:
    codemod = catalogue.create(plan.codemod, dict(plan.options))
    counted = Counter(finding.status for finding in plan.findings)
    typed = command(plan.codemod, context)
    left = [finding for finding in plan.findings if finding.status in LEFT]
    helps = {reason.code: reason.help for reason in catalogue.reasons(plan.codemod)}
    texts = catalogue.attribute_docstrings(Path(model.__file__), model.Reason.__name__)
    helps |= {str(reason): texts[reason.name] for reason in model.Reason}
    return {
        "codemod": plan.codemod,
        "version": plan.version,
        "summary": codemod.summary(plan),
        "why": _unwrapped(why(codemod)),
        "shard": context.shard,
        "part": context.part,
        "base": context.base,
        "fetch": f"git fetch origin {shlex.quote(visible(context.base))} && git switch --detach {context.base_oid[:12]}",
        "counts": ", ".join(f"{counted[status]} {status}" for status in Status if counted[status]) or "no sites",
        "files": [
            {"path": change.path, "kind": change.kind, "sites": _changed(change.findings)} for change in plan.changes
        ],
        "left": [
            {"code": str(reason), "count": count, "help": helps.get(str(reason), "")}
            for reason, count in sorted(Counter(f.reason or "unknown" for f in left).items())
        ],
        "sites": [
            {"place": f"{f.path}:{f.line}", "reason": str(f.reason or ""), "message": f.message} for f in left
        ],
        "failures": [{"path": failed.path, "error": failed.error} for failed in plan.failures],
        "verification": [
            {"gate": gate.gate, "result": {True: "ok", False: "failed", None: "not run"}[gate.ok], "detail": gate.detail}
            for gate in plan.verification
        ],
        "command": typed,
        "fence": "`" * max(3, _longest_run(typed) + 1),
        "has_dashboard": context.target.dashboard,
    }  # fmt: skip


def _longest_run(text: str) -> int:
    """How many backticks stand side by side at most."""
    return max((len(run) for run in re.findall("`+", text)), default=0)


def _unwrapped(text: str) -> str:
    """Each paragraph on one line: forges show every line end of a pull request's text."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text))


def _changed(findings: Sequence[Any]) -> int:
    return sum(finding.status is Status.CHANGED for finding in findings)


def command(codemod: str, context: Context) -> str:
    """What to type for the same result, on one line or, with many paths, on several."""
    target = context.target
    parts = [f"refactorkit apply {codemod}"]
    parts += [f"-o {shlex.quote(f'{key}={value}')}" for key, value in context.options.items()]
    if target.level:
        parts.append(f"--level {target.level}")
    parts.append("--no-gate" if target.gate == "none" else f"--gate {target.gate}")
    if target.verify:
        parts.append(f"--verify {shlex.quote(target.verify)}")
    paths = [shlex.quote(visible(path)) for path in context.paths]
    joined = " ".join([*parts, *paths])
    return joined if len(joined) <= 100 else " \\\n  ".join([" ".join(parts), *paths])


__all__ = ["Context", "Words", "code", "plain", "words"]
