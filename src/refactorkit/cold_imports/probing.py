"""Asks the target's interpreter to import modules cold, within bounds, and gathers what it says."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

from refactorkit.behaviour.child import KEPT
from refactorkit.cold_imports.modules import ABOVE
from refactorkit.cold_imports.verdict import Answer, Failure, Job, Limits
from refactorkit.workspace.command import Ended, run_command

PROBE = Path(__file__).with_name("probe.py")
FEW = 3
"""With fewer modules than that below a root package, fresh processes cost less than a fork of a loaded one."""
LOST = Failure("Lost", "the process that imports modules was ended by it")


class Probing:
    """Imports modules of a tree with an interpreter. `home` is a folder that the modules may take for the user's.

    `jobs` modules are imported at a time. `inside` are the top-level modules of the project; `preload`
    says what the modules of a root package import from outside. Where the interpreter looks into the user's `checkout`,
    as after an editable install, it looks into the tree instead.
    """

    def __init__(
        self, python: Path, checkout: Path, home: Path, jobs: int, inside: Collection[str],
        preload: Callable[[str], Sequence[str]], limits: Limits,
    ) -> None:  # fmt: skip
        self._inside = frozenset(inside)
        self._python = python
        self._checkout = checkout
        self._home = home
        self._jobs = jobs
        self._preload = preload
        self._limits = limits
        self._count = 0
        self.forks = hasattr(os, "fork")

    def ask(self, tree: Path, jobs: Iterable[Job]) -> dict[Job, Answer]:
        """What becomes of each module. One that isn't there was not reached within the time for all."""
        groups: dict[tuple[str, str], list[Job]] = {}
        for job in dict.fromkeys(jobs):
            root = "" if job.is_fresh or not self.forks else job.name.partition(".")[0]
            groups.setdefault((job.folder, root), []).append(job)
        found: dict[Job, Answer] = {}
        for (folder, root), members in groups.items():
            said = self._group(tree, folder, root if len(members) >= FEW else "", members)
            found |= {job: said[job.name] for job in members if job.name in said}
        return found

    def _group(self, tree: Path, folder: str, root: str, jobs: Sequence[Job]) -> dict[str, Answer]:
        """The modules of one root package, or of one folder when `root` is '', by name."""
        preload = list(self._preload(root)) if root else []
        found, is_ready, ended = self._run(tree, folder, root, jobs, self._jobs, preload)
        if root and preload and not is_ready and root not in found:  # one from outside ended the process
            found, is_ready, ended = self._run(tree, folder, root, jobs, self._jobs, [])
        if root and not is_ready:
            why = found[root].failure if root in found else None
            failure = why or Failure(
                "Exit", f"importing {root} ended the process: {'; '.join(ended.last_lines)}"
            )
            return {job.name: Answer(failure) for job in jobs}
        missing = [job for job in jobs if job.name not in found]
        if len(missing) == len(jobs) > 1 and not is_ready:
            failure = Failure("Exit", f"the interpreter stopped: {'; '.join(ended.last_lines)}")
            return {job.name: Answer(failure) for job in jobs}
        while missing and ended.code != 124:  # one of those that were running has ended the probe: one by one
            some, _, ended = self._run(tree, folder, root, missing, 1, preload)
            found |= some
            missing = [job for job in missing if job.name not in found]
            if missing and ended.code != 124:
                found[missing.pop(0).name] = Answer(LOST)
        return found

    def _run(
        self, tree: Path, folder: str, root: str, jobs: Sequence[Job], width: int, preload: Sequence[str]
    ) -> tuple[dict[str, Answer], bool, Ended]:
        """One process that imports modules: the answers, whether it came to importing them, and how it ended."""
        self._count += 1
        place = self._home / f"request-{self._count}"
        answers = self._home / f"answers-{self._count}"
        request = {
            "path": self._search_path(tree, folder), "tree": str(tree), "checkout": str(self._checkout), "answers": str(answers), "jobs": width,
            "seconds": self._limits.module, "start": self._limits.start, "memory": self._limits.memory,
            "fork": self.forks, "root": root, "inside": sorted(self._inside), "preload": list(preload),
            "modules": [
                {"name": job.name, "fresh": not root or job.is_fresh, "loaded": job.tells_loaded, "timed": job.is_timed} for job in jobs
            ],
        }  # fmt: skip
        place.write_text(json.dumps(request), "utf-8")
        command = [str(self._python), "-s", "-X", "utf8", str(PROBE), str(place)]
        line = shlex.join(command) if os.name != "nt" else subprocess.list2cmdline(command)
        ended = run_command(line, self._home, self._limits.total, {}, self._environment())
        lines = _lines(answers)
        found = {line["module"]: _answer(line, str(tree)) for line in lines if "module" in line}
        return found, any("ready" in line for line in lines), ended

    @staticmethod
    def _search_path(tree: Path, folder: str) -> list[str]:
        own = tree.parent if folder == ABOVE else tree / folder
        return list(dict.fromkeys(str(path) for path in (own, tree / "src", tree) if path.is_dir()))

    def _environment(self) -> dict[str, str]:
        """What the target gets of the environment: enough to run, and neither credentials nor the user's settings."""
        home = str(self._home)
        kept = {name: value for name in KEPT if (value := os.environ.get(name)) is not None}
        return kept | {"HOME": home, "TMPDIR": home, "USERPROFILE": home, "PYTHONHASHSEED": "0"}


def _lines(answers: Path) -> list[dict[str, Any]]:
    """The answers as far as they were written."""
    if not answers.exists():
        return []
    found = []
    for line in answers.read_text("utf-8", "replace").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue  # the process was ended while it wrote
    return found


def _answer(line: dict[str, Any], tree: str) -> Answer:
    loaded = frozenset(line.get("loaded", ()))
    said = line.get("failure")
    if said is None:
        return Answer(None, loaded, line.get("times", {}))
    failure = Failure(said["type"], said["message"], tuple(said["trace"]))
    return Answer(failure.within(tree), loaded)


__all__ = ["Probing"]
