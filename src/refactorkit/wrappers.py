"""Carrying out the plan of sync-wrapper for one file: new bodies, functions and imports that go, a bridge to import."""

from __future__ import annotations

from refactorkit.analysis.pair_edits import FilePlan
from refactorkit.callers import migrated
from refactorkit.imports import edit_imports
from refactorkit.model import Change, Finding, Outcome, Source, Unchanged
from refactorkit.splice import Splice, text_of
from refactorkit.sync_layer import reexport
from refactorkit.syntax import syntax_tree


def rewrite_pairs(source: Source, plan: FilePlan) -> Outcome:
    """The file with its plan carried out. Findings cover every line that moved."""
    if not (plan.bodies or plan.delete or plan.callers.renames):
        findings = [*plan.findings, *plan.callers.findings]
        return Unchanged(path=source.path, findings=tuple(sorted(findings, key=lambda f: (f.line, f.column))))
    tree = syntax_tree(source.data)
    text = text_of(source.data)
    moved = migrated(source, plan.callers)
    findings = [*plan.findings, *plan.callers.findings, *moved.findings]
    splices = [*plan.bodies, *moved.splices]
    for first, last in plan.delete:
        wide = text.without(first, last)
        around = wide[0], max(wide[1], last + (text.blanks(last + 1, 1) or 0))
        findings.append(Finding.following(source.path, *around, "the space around it goes too"))
        splices.append(Splice(*wide, ""))
    add = tuple(dict.fromkeys([*plan.add, *moved.add]))
    if plan.layer is not None:
        blank = text.blanks(len(text.lines), -1) or 0
        splices.append(
            Splice(len(text.lines) + 1, len(text.lines), "\n" * max(0, 2 - blank) + reexport(plan.layer))
        )
        findings.append(
            Finding.following(
                source.path, len(text.lines), len(text.lines), f"hands on what {plan.layer.path} holds"
            )
        )
        add = (*add, ("typing", "TYPE_CHECKING"))
    remove = tuple(dict.fromkeys([*plan.remove, *moved.remove]))
    for edit in edit_imports(text, tree, add, remove, lambda root: root in plan.first_party):
        splices.append(edit.splice)
        findings.append(Finding.following(source.path, edit.line, edit.end_line, edit.message))
    ordered = tuple(sorted(findings, key=lambda f: (f.line, f.column)))
    return Change(
        path=source.path,
        before=source.data,
        after=text.apply(splices),
        findings=ordered,
        retired=plan.retired,
        mode=source.mode,
    )
