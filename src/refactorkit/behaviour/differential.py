"""Drives pairs before and after a change against the same fakes, and compares what each did, returned and raised.

Both trees are laid out in temporary folders and imported by the target's own interpreter, each in a process of its own.
The bodies of the halves meet fakes in the place of every name that they use; dispatchers, decorators and the bridge
are the real ones. The answers of the fakes are enumerated, so that the branches of both bodies are taken.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from msgspec import Struct

from refactorkit.behaviour.child import Child, NoAnswer
from refactorkit.behaviour.verdict import Limits, Result, Verdict
from refactorkit.experiment import Experiment, Subject
from refactorkit.workspace.scratch import scratch

SUFFIXES = (".py", ".pyi")


class Trees(Struct, frozen=True, kw_only=True):
    """The project before and after: the bytes of its Python files by path from the root.

    `root` and `others` are where the remaining files lie on the disk and which there are: they are linked, not copied,
    because modules may read them while they are imported.
    """

    before: Mapping[str, bytes]
    after: Mapping[str, bytes]
    root: Path
    others: frozenset[str] = frozenset()


def compare(
    experiment: Experiment,
    trees: Trees,
    python: Path,
    limits: Limits | None = None,
    progress: Callable[[], None] = lambda: None,
) -> tuple[Verdict, ...]:
    """A verdict for each subject, in order. Runs the target's code, in child processes that are ended afterwards."""
    limits = limits or Limits()
    subjects, mapping = experiment.subjects, experiment.mapping
    if not subjects:
        return ()
    if not hasattr(os, "fork"):
        return tuple(_not_runnable(s, "the harness forks, which this system can't do") for s in subjects)
    pairs = [_located(subject, trees.before) for subject in subjects]
    deadline = time.monotonic() + limits.total
    with (
        scratch(trees.before) as old, scratch(trees.after) as new, scratch({}) as homes,
        ThreadPoolExecutor(2) as threads,
    ):  # fmt: skip
        for folder in (old, new):
            _link(folder, trees)
        for name in ("before", "after"):
            (homes / name).mkdir()
        with (
            Child(python, old, homes / "before", _rewritten(pairs, before=True), mapping, limits) as before,
            Child(python, new, homes / "after", _rewritten(pairs, before=False), mapping, limits) as after,
        ):
            found = []
            for number, subject in enumerate(subjects):
                if time.monotonic() > deadline:
                    found.append(
                        _not_runnable(subject, f"not run: the harness stops after {limits.total:g} s")
                    )
                else:
                    found.append(_driven(subject, number, before, after, threads))
                progress()
            return tuple(found)


def _located(subject: Subject, files: Mapping[str, bytes]) -> dict[str, Any]:
    """What a child has to know about a pair: its module's name and the folder from which that is imported."""
    folder, _, name = subject.path.rpartition("/")
    parts = [] if name == "__init__.py" else [name.removesuffix(".py")]
    while folder and f"{folder}/__init__.py" in files:
        folder, _, package = folder.rpartition("/")
        parts.insert(0, package)
    return {
        "path": subject.path, "folder": folder, "module": ".".join(parts),
        "sync": subject.sync, "twin": subject.twin, "core": subject.core,
    }  # fmt: skip


def _rewritten(pairs: Sequence[Mapping[str, Any]], before: bool) -> list[dict[str, Any]]:
    """The pairs with the halves that meet fakes: both before the change, afterwards the one that isn't a wrapper."""
    return [{**pair, "rewritten": ["sync", "twin"] if before else [pair["core"]]} for pair in pairs]


def _link(folder: Path, trees: Trees) -> None:
    """Links to the files that are not Python, where a package may look for them."""
    for path in sorted(trees.others):
        target = folder / path
        if path.endswith(SUFFIXES) or not target.parent.is_dir() or target.exists():
            continue
        if (trees.root / path).is_file():
            target.symlink_to(trees.root / path)


def _not_runnable(subject: Subject, why: str) -> Verdict:
    return Verdict(subject=subject, result=Result.NOT_RUNNABLE, detail=why)


class _Side(Struct):
    """What one side said about a pair: an observation for each case, by the case as JSON; then what is known of it."""

    observed: dict[str, Any]
    known: dict[str, Any]

    def missing(self, other: _Side) -> list[Any]:
        """The cases that only the other side has run."""
        return [json.loads(case) for case in other.observed if case not in self.observed]


def _driven(
    subject: Subject, number: int, before: Child, after: Child, threads: ThreadPoolExecutor
) -> Verdict:
    """One pair on both sides: each explores by itself, then runs what only the other one came upon."""
    if "<locals>" in subject.sync:
        return _not_runnable(subject, "it only exists while another function runs")
    try:
        old, new = threads.map(lambda child: _side(child.ask(number, None)), (before, after))
        for child, mine, theirs in ((before, old, new), (after, new, old)):
            cases = mine.missing(theirs)
            if cases and not old.known.get("error") and not new.known.get("error"):
                mine.observed.update(_side(child.ask(number, cases)).observed)
    except NoAnswer as error:
        return _not_runnable(subject, str(error))
    for side in (old, new):
        if "error" in side.known:
            return _not_runnable(subject, side.known["error"])
    return _judged(subject, old, new)


def _side(answers: list[dict[str, Any]]) -> _Side:
    side = _Side({}, {})
    for answer in answers:
        if "case" in answer:
            side.observed[json.dumps(answer["case"], sort_keys=True)] = answer["observation"]
        else:
            side.known.update(answer)
    return side


def _judged(subject: Subject, old: _Side, new: _Side) -> Verdict:
    count = len(old.observed)
    for name in sorted(old.known["facts"].keys() | new.known["facts"].keys()):
        left, right = (side.known["facts"].get(name, "") for side in (old, new))
        if left != right:
            return Verdict(
                subject=subject,
                result=Result.DIFFERENT,
                cases=count,
                case=name,
                before=(left,),
                after=(right,),
            )
    for case, observation in old.observed.items():
        left, right = ((*o["log"], o["end"]) for o in (observation, new.observed[case]))
        if left != right:
            return Verdict(
                subject=subject, result=Result.DIFFERENT, cases=count, case=_described(json.loads(case)),
                before=left, after=right,
            )  # fmt: skip
    late = new.known["late"]
    if late is not None and not any(
        f"override of {subject.twin.rpartition('.')[2]}(" in line for line in late["log"]
    ):
        return Verdict(
            subject=subject, result=Result.DIFFERENT, cases=count,
            case="a subclass overrides the async half, and the new sync half doesn't reach it",
            after=(*late["log"], late["end"]),
        )  # fmt: skip
    missed = [*_missed(old, "sync"), *_missed(new if subject.core == "twin" else old, "twin")]
    if subject.core == "sync":
        missed += _missed(new, "sync")
    result = Result.NOT_COVERED if missed else Result.EQUAL
    return Verdict(subject=subject, result=result, cases=count, lines=tuple(missed))


def _missed(side: _Side, half: str) -> list[str]:
    """The statements and arms of a half that ran in no case."""
    covered = {item for o in side.observed.values() for item in o["covered"]}
    return [item for item in side.known["items"] if item.startswith(f"{half} ") and item not in covered]


def _described(case: Mapping[str, Any]) -> str:
    chosen = "; ".join(f"{question} -> {answer}" for question, answer in case["choices"].items())
    return f"{case['context']}, arguments: {case['way']}{', where ' + chosen if chosen else ''}"
