"""What the differential harness is told about collapsed pairs: which ones, and which spellings mean the same."""

from __future__ import annotations

from collections.abc import Iterable

from refactorkit.analysis.pair_edits import PairFacts
from refactorkit.analysis.pair_reasons import Relation
from refactorkit.analysis.pair_twins import Row, Twins
from refactorkit.experiment import Experiment, Mapping, Subject
from refactorkit.model import Finding


def experiment_for(
    facts: PairFacts, findings: Iterable[Finding], twins: Twins, flag: str
) -> Experiment | None:
    """The pairs among the findings, each to be driven old and new; None where there are none."""
    subjects = [
        Subject(
            path=f.path,
            line=f.line,
            sync=f.evidence["pair"][0],
            twin=f.evidence["pair"][1],
            core="sync" if f.evidence["relation"] == Relation.TRIVIAL_ASYNC else "twin",
        )
        for f in findings
        if "relation" in f.evidence and "pair" in f.evidence
    ]
    if not subjects:
        return None
    threads = [row for row in twins.calls if row.sync.startswith("{0}")]
    renamed = [row for row in (*twins.calls, *twins.files, *twins.contexts) if row not in threads]
    plain = [row for row in twins.clients if "." in row.twin and not row.keywords]
    mapping = Mapping(
        renames={row.twin: row.sync for row in (*renamed, *plain)},
        twins=facts.twins,
        clients=tuple(dict.fromkeys(name for row in twins.clients for name in (row.twin, row.sync))),
        threads=tuple(row.twin for row in threads),
        bridges=(facts.bridge,) if facts.bridge else (),
        dropped=tuple(dict.fromkeys([flag, *_keywords(twins.clients)])),
        switch=flag,
    )
    return Experiment(subjects=tuple(subjects), mapping=mapping)


def _keywords(rows: Iterable[Row]) -> list[str]:
    return [name for row in rows for name, _ in row.keywords]
