"""The plan of change-signature: the definition, every reference, and one decision for all of them together."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from msgspec import Struct

from refactorkit import model
from refactorkit.analysis.definitions import FunctionNode
from refactorkit.analysis.inference import Inference
from refactorkit.analysis.parameter_uses import uses_of
from refactorkit.analysis.signature_calls import may_be_affected, todo
from refactorkit.analysis.signature_definition import (
    Problem,
    Stopped,
    Target,
    body_problems,
    check_defaults,
    class_problems,
    find,
    node_of,
    problems,
)
from refactorkit.analysis.signature_edits import Draft
from refactorkit.analysis.signature_reasons import Reason
from refactorkit.analysis.signature_references import Reference, References, ordered, references
from refactorkit.analysis.signature_request import Asked, Change, remaining
from refactorkit.analysis.signature_text import Edit, NotEditable
from refactorkit.analysis.symbols import Symbols
from refactorkit.codemod import is_suppressed
from refactorkit.config import ConfigError, Scope
from refactorkit.model import Finding, Level, Source, Status
from refactorkit.splice import text_of
from refactorkit.syntax import syntax_tree

CODEMOD = "change-signature"


class FilePlan(Struct, frozen=True):
    """One file: its findings, and its new bytes if it changes."""

    findings: tuple[Finding, ...] = ()
    after: bytes | None = None


class SignatureFacts(Struct, frozen=True):
    """What becomes of each file that refers to the function; `failures` are those that can't be read."""

    files: dict[str, FilePlan]
    failures: dict[str, str] = {}


class _Site(Struct):
    """A place of the ledger; `blocks` says whether the old signature is needed here."""

    path: str
    line: int
    column: int
    end_line: int
    reason: str | None
    message: str
    is_edited: bool = False
    blocks: str = ""
    """`surely` or `perhaps`; '' for what does not stand in the way."""
    is_body: bool = False
    status: Status | None = None
    """What the run's scope or a comment made of it, if that was against a change."""


def plan_signature(
    asked: Asked, partial: bool, is_checked: bool, sources: Mapping[str, Source], scope: Scope, declared: str
) -> SignatureFacts:
    """What the change makes of a project. `is_checked` as in `remaining`; `declared` is the text of the project's
    configuration, where entry points stand. Raises ConfigError for names that don't exist."""
    symbols = Symbols(sources)
    types = Inference(symbols)
    try:
        target = find(symbols, asked.function)
    except Stopped as stopped:
        return _only(_definition_site(sources, stopped.path, stopped.line, stopped.problem), sources)
    if not (sources[target.path].in_scope or is_checked):
        raise ConfigError(f"{asked.function} is defined in {target.path}: name that file or its folder, too")
    tree = syntax_tree(sources[target.path].data)
    node = node_of(target, tree)
    change = remaining(asked, node, target.first, is_checked)
    if change.is_empty:
        done = Problem(Reason.ALREADY_DONE, f"{target.name} is as it was asked for")
        return _only(_definition_site(sources, target.path, node.lineno, done), sources)
    check_defaults(types, target, change)
    found = references(types, target, sources, tree)
    return _Planner(types, target, node, change, partial, sources, scope, declared, found).plan()


def _definition_site(sources: Mapping[str, Source], path: str, line: int, problem: Problem) -> _Site:
    return _Site(path, line, 0, line, problem.reason, problem.message)


def _only(site: _Site, sources: Mapping[str, Source]) -> SignatureFacts:
    if not sources[site.path].in_scope:
        return SignatureFacts({})
    status = Status.UNCHANGED if site.reason == Reason.ALREADY_DONE else Status.REFUSED
    return SignatureFacts({site.path: FilePlan((_finding(site, status, Level.BOUNDARY),))})


class _Planner:
    def __init__(
        self,
        types: Inference,
        target: Target,
        node: FunctionNode,
        change: Change,
        partial: bool,
        sources: Mapping[str, Source],
        scope: Scope,
        declared: str,
        found: References,
    ) -> None:
        self._types = types
        self._target = target
        self._node = node
        self._change = change
        self._partial = partial
        self._sources = sources
        self._scope = scope
        self._declared = declared
        self._found = found
        self._drafts: dict[str, Draft] = {}
        self._sites: list[_Site] = []
        self._problems: list[Problem] = []

    def plan(self) -> SignatureFacts:
        found = self._found
        self._define()
        for reference in ordered(found.found):
            self._refer(reference)
        for path, why in found.failures.items():
            self._problems.append(
                Problem(Reason.UNRESOLVED_RECEIVER, f"{path} can't be read: {why}", is_certain=False)
            )
        results = self._results()
        files = self._decided(results)
        in_scope = {path: why for path, why in found.failures.items() if self._sources[path].in_scope}
        return SignatureFacts(files, in_scope)

    def _draft(self, path: str) -> Draft:
        if path not in self._drafts:
            self._drafts[path] = Draft(self._sources[path].data, self._found.trees[path])
        return self._drafts[path]

    def _define(self) -> None:
        """The sites of the definition: its parameters, and a line for each use of a renamed one."""
        path, node, change = self._target.path, self._node, self._change
        self._problems += [*problems(self._types, self._target, change.moves), *body_problems(node, change)]
        if self._target.is_constructor:
            self._problems += class_problems(self._found.trees[path], node)
        module = self._types.symbols.module_name(path)
        if not change.is_harmless and f"{module}:{self._target.name}" in self._declared:
            said = f"the project's configuration names {module}:{self._target.name}"
            self._problems.append(Problem(Reason.NAMED_IN_STRING, said))
        draft = self._draft(path)
        column = draft.sheet.column(draft.sheet.start(node))
        self._sites.append(
            _Site(path, node.lineno, column, node.lineno, None, f"{self._target.name} {change.words}", True)
        )
        try:
            edits = draft.definition(node, change)
            self._sites[0].end_line = self._last_line(path, node.lineno, edits)
            body = draft.docstring(node, change.renamed)
            for old, new in change.renamed:
                uses = uses_of(node, old)
                body += draft.uses(uses, old, new)
                if line := draft.printed(node, uses):
                    self._problems.append(
                        Problem(Reason.READS_LOCALS, f"line {line} prints {old} by its name")
                    )
        except NotEditable as error:
            self._problems.append(Problem(Reason.CALL_SHAPE, str(error)))
            body = []
        by_line: dict[int, list[Edit]] = {}
        for edit in body:
            by_line.setdefault(draft.sheet.line(edit.start), []).append(edit)
        names = " and ".join(f"{old} becomes {new}" for old, new in change.renamed)
        for line, group in by_line.items():
            at = draft.sheet.column(min(group).start)
            self._sites.append(_Site(path, line, at, line, None, names, True, is_body=True))
        for site in self._sites:
            status, reason = self._against(path, site.line, site.end_line)
            if status is not None:
                site.status, site.reason = status, reason
                site.message = f"{site.message}: left out"
                self._problems.append(
                    Problem(Reason.OUT_OF_SCOPE, f"{path}:{site.line} may not be changed by this run")
                )

    def _last_line(self, path: str, line: int, edits: list[Edit]) -> int:
        sheet = self._draft(path).sheet
        return max([line, *(sheet.line(max(e.start, e.end - 1)) for e in edits)])

    def _against(self, path: str, first: int, last: int) -> tuple[Status | None, str | None]:
        """What of the run's scope or a comment is against an edit, if anything."""
        source = self._sources[path]
        lines = text_of(source.data).lines
        if not source.in_scope:
            return Status.REFUSED, Reason.OUT_OF_SCOPE
        if any(is_suppressed(lines[number - 1], CODEMOD) for number in (first, last)):
            return Status.SUPPRESSED, model.Reason.SUPPRESSED
        if not self._scope.selects(path, first, last):
            return Status.UNCHANGED, model.Reason.NOT_SELECTED
        return None, None

    def _refer(self, reference: Reference) -> None:
        """The site of one reference."""
        if reference.how == "fact" and reference.means != "perhaps":
            return
        if reference.call is not None:
            self._call(reference, reference.call)
        elif reference.how in ("name", "code"):
            self._reached_by_name(reference)
        elif reference.means in ("it", "both"):
            if self._change.is_harmless and reference.how != "store":
                if reference.handed_to and reference.how == "value":
                    said = f"{reference.handed_to} gets it, which may look at its parameters"
                    self._add(reference, Reason.USED_AS_VALUE, said, "perhaps")
                else:
                    self._add(reference, Reason.NOT_AFFECTED, "whoever gets it can call it as before")
            else:
                reasons = {
                    "value": Reason.USED_AS_VALUE,
                    "string": Reason.NAMED_IN_STRING,
                    "store": Reason.REPLACED,
                }
                texts = {
                    "value": "it is handed on here",
                    "string": f"{reference.said} names it",
                    "store": "something else takes its name",
                }
                self._add(reference, reasons[reference.how], texts[reference.how], "surely")
        elif reference.means == "perhaps" and not self._change.is_harmless:
            may_be = self._target.owner is not None or isinstance(reference.node, ast.Name)
            if may_be and reference.how in ("value", "string"):
                self._add(
                    reference, Reason.UNRESOLVED_RECEIVER, f"this may be it: {reference.said}", "perhaps"
                )

    def _reached_by_name(self, reference: Reference) -> None:
        """The sites of a string that may be looked up, or of the calls in one that holds code."""
        if reference.how == "name":
            if not self._change.is_harmless:
                self._add(reference, Reason.REACHED_BY_NAME, reference.said, "perhaps")
            return
        last = reference.node.end_lineno or reference.node.lineno
        affected = [q for q in reference.quoted if q.call is None or may_be_affected(q.call, self._change)]
        for line in sorted({min(reference.node.lineno + quoted.line, last) for quoted in affected}):
            self._sites.append(
                _Site(reference.path, line, 0, line, Reason.REACHED_BY_NAME, reference.said, blocks="perhaps")
            )

    def _call(self, reference: Reference, call: ast.Call) -> None:
        match reference.means:
            case "it":
                self._known_call(reference, call)
            case "both" if may_be_affected(call, self._change):
                self._add(
                    reference, Reason.SEVERAL_MEANINGS, "it may call this function, or another one", "surely"
                )
            case "perhaps" if may_be_affected(call, self._change):
                said = f"what it calls isn't known: {reference.said}"
                self._add(reference, Reason.UNRESOLVED_RECEIVER, said, "perhaps")
            case "other" if may_be_affected(call, self._change):
                self._add(reference, Reason.OTHER_FUNCTION, f"it calls {reference.said}")
            case _:
                pass

    def _known_call(self, reference: Reference, call: ast.Call) -> None:
        needed = todo(call, self._change, reference.bound)
        if needed.reason is not None:
            self._add(reference, needed.reason, needed.message, "surely")
            return
        if needed.is_empty:
            self._add(reference, Reason.NOT_AFFECTED, "it means the same under the new signature")
            return
        first, last = call.lineno, call.end_lineno or call.lineno
        status, against = self._against(reference.path, first, last)
        if status is not None:
            self._add(
                reference,
                str(against),
                "the call has to follow, and may not be changed by this run",
                "surely",
                status,
            )
            return
        try:
            edits = self._draft(reference.path).call(call, needed)
        except NotEditable as error:
            self._add(reference, Reason.CALL_SHAPE, str(error), "surely")
            return
        sheet = self._draft(reference.path).sheet
        said = f"the call follows: {self._target.called} {self._change.words}"
        end = self._last_line(reference.path, first, edits)
        self._sites.append(
            _Site(reference.path, first, sheet.column(sheet.start(call)), end, None, said, True)
        )

    def _add(
        self, reference: Reference, reason: str, message: str, blocks: str = "", status: Status | None = None
    ) -> None:
        node = reference.call or reference.node
        sheet = self._draft(reference.path).sheet
        self._sites.append(
            _Site(
                reference.path, node.lineno, sheet.column(sheet.start(node)), node.end_lineno or node.lineno, reason,
                message, blocks=blocks, status=status,
            )
        )  # fmt: skip

    def _results(self) -> dict[str, bytes]:
        """The new bytes of each file with edits; a file that isn't what was meant forbids them all."""
        results: dict[str, bytes] = {}
        for path, draft in self._drafts.items():
            if not draft.edits or any(p.is_certain for p in self._problems):
                continue
            after = draft.result()
            if after is None:
                self._problems.append(Problem(Reason.EDIT_DIFFERS, f"the result of {path} would differ"))
                return {}
            results[path] = after
        return results

    def _decided(self, results: dict[str, bytes]) -> dict[str, FilePlan]:
        """The findings of all files, under the one decision whether the signature changes."""
        certain = [p for p in self._problems if p.is_certain]
        surely = [s for s in self._sites if s.blocks == "surely"]
        is_held = bool(certain or (surely and not self._partial))
        doubt = self._doubt(surely)
        level = Level.SUGGESTED if doubt else Level.PROVED
        is_admitted = self._scope.level.admits(level)
        found: dict[str, list[Finding]] = {}
        for site in self._sites:
            if is_held and site.is_body and site.status is None:
                continue
            if is_held:
                self._hold(site, certain, surely)
            if not site.is_edited or site.status is not None:
                finding = _finding(
                    site, site.status or (Status.REFUSED if site.blocks else Status.UNCHANGED), Level.BOUNDARY
                )
            elif is_admitted:
                finding = _finding(site, Status.CHANGED, level)
            else:
                doubted = (
                    [p.reason for p in self._problems if not p.is_certain] if site is self._sites[0] else []
                )
                site.reason = doubted[0] if doubted else model.Reason.BELOW_LEVEL
                site.message += f", but {doubt}" if site is self._sites[0] else ""
                finding = _finding(site, Status.SUGGESTED, level)
            found.setdefault(site.path, []).append(finding)
        is_changed = is_admitted and not is_held
        return {
            path: FilePlan(
                tuple(sorted(findings, key=lambda f: (f.line, f.column))),
                results.get(path) if is_changed else None,
            )
            for path, findings in sorted(found.items())
            if self._sources[path].in_scope
        }

    def _doubt(self, surely: list[_Site]) -> str:
        """Why the change isn't proved, if it isn't."""
        for problem in self._problems:
            if not problem.is_certain:
                return problem.message
        for site in (*surely, *(s for s in self._sites if s.blocks == "perhaps")):
            return f"{site.path}:{site.line}: {site.message}"
        return ""

    def _hold(self, site: _Site, certain: list[Problem], surely: list[_Site]) -> None:
        """Refuse an edit because of what forbids the change, or stands in its way elsewhere."""
        if not site.is_edited or site.status is not None:
            return
        site.status, site.reason = Status.REFUSED, Reason.WOULD_BREAK
        if not certain:
            first = surely[0]
            site.message = f"{first.path}:{first.line} relies on the old signature: {first.message}"
        elif site is self._sites[0]:
            site.reason = certain[0].reason
            site.message = (
                f"{self._target.name} stays: {'; '.join(dict.fromkeys(p.message for p in certain))}"
            )
        else:
            site.message = f"{self._target.name} stays: {certain[0].message}"


def _finding(site: _Site, status: Status, level: Level) -> Finding:
    return Finding(
        path=site.path, line=site.line, column=site.column, end_line=site.end_line, status=status, level=level,
        reason=None if status is Status.CHANGED else site.reason, message=site.message,
    )  # fmt: skip
