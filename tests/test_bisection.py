"""A command that fails costs only the changes that make it fail, and few runs of the command."""

from __future__ import annotations

import itertools
from math import log2
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from refactorkit.bisection import Run, Site, bisect
from refactorkit.model import Change, Plan
from repositories import BRANCH, CommandLine, Repository

FILES, SITES = 8, 8
LOG = 'echo run >> "$RUNS"; '
"""The beginning of a command that counts its runs."""


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where commands count their runs."""
    monkeypatch.setenv("RUNS", str(tmp_path / "runs"))
    return tmp_path / "runs"


def count(runs: Path) -> int:
    """How often a command ran."""
    return len(runs.read_text().split())


def lines_of(number: int, sites: int = SITES) -> str:
    """A module with so many sites on lines 2 and on; each says which it is."""
    return "import logging\n" + "".join(f"logging.warn('site {number}-{n}')\n" for n in range(sites))


def refused(document: dict[str, Any]) -> list[tuple[str, int]]:
    """The places that the command's failure left out."""
    return [(f["path"], f["line"]) for f in document["findings"] if f["reason"] == "verify-failed"]


@pytest.mark.parametrize("guilty", [(0, 0), (0, 7), (3, 4), (7, 0), (7, 7)])
def test_one_guilty_site_is_found_in_about_two_log_n_runs_and_the_rest_is_committed(
    repository: Repository, refactorkit: CommandLine, runs: Path, guilty: tuple[int, int]
) -> None:
    repository.commit({f"m{n}.py": lines_of(n) for n in range(FILES)})
    file, site = guilty
    line = (
        LOG + f"if grep -q \"warning('site {file}-{site}')\" m{file}.py; then echo first; echo no; exit 3; fi"
    )
    document = refactorkit.json("logging-warn", ".", "--verify", line)
    assert refused(document) == [(f"m{file}.py", site + 2)]
    (finding,) = (f for f in document["findings"] if f["reason"] == "verify-failed")
    assert finding["status"] == "refused"
    assert finding["evidence"] == {"command": line, "exit": 3, "output": ["first", "no"]}
    assert finding["message"].endswith("exits 3 with this change: no")
    gate = document["verification"][-1]
    assert (gate["gate"], gate["ok"]) == ("command", True)
    assert count(runs) <= 2 * log2(FILES * SITES)
    assert f"({count(runs)} runs)" in gate["detail"]
    expected = (
        lines_of(file)
        .replace("warn(", "warning(")
        .replace(f"warning('site {file}-{site}", f"warn('site {file}-{site}")
    )
    assert repository.show(f"{BRANCH}:m{file}.py").decode() == expected
    others = [repository.show(f"{BRANCH}:m{n}.py").decode() for n in range(FILES) if n != file]
    assert others == [lines_of(n).replace("warn(", "warning(") for n in range(FILES) if n != file]
    assert f'"excluded":["m{file}.py:{site + 2}"]' in repository.git("log", "-1", "--format=%B", BRANCH)


def test_a_guilty_file_of_single_sites_is_found_among_sixty_four(
    repository: Repository, refactorkit: CommandLine, runs: Path
) -> None:
    repository.commit({f"m{n:02}.py": lines_of(n, 1) for n in range(64)})
    document = refactorkit.json("logging-warn", ".", "--verify", LOG + "! grep -q warning m41.py")
    assert refused(document) == [("m41.py", 2)]
    assert count(runs) <= 2 * log2(64)


def test_several_guilty_sites_in_several_files_are_all_left_out(
    repository: Repository, refactorkit: CommandLine, runs: Path
) -> None:
    repository.commit({f"m{n}.py": lines_of(n) for n in range(FILES)})
    wrong = ["0-0", "3-1", "3-2", "7-7"]
    line = LOG + "; ".join(f"grep -q \"warning('site {w}')\" *.py && exit 1" for w in wrong) + "; true"
    document = refactorkit.json("logging-warn", ".", "--verify", line)
    assert refused(document) == [("m0.py", 2), ("m3.py", 3), ("m3.py", 4), ("m7.py", 9)]
    assert document["files"]["changed"] == 8
    assert count(runs) <= 2 + len(wrong) * (2 * log2(FILES * SITES) + 1)


def test_of_two_sites_that_fail_only_together_one_is_left_out(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit({f"m{n}.py": lines_of(n, 2) for n in range(4)})
    line = '! (grep -q "warning(\'site 1-0" m1.py && grep -q "warning(\'site 2-1" m2.py)'
    document = refactorkit.json("logging-warn", ".", "--verify", line)
    assert refused(document) == [("m2.py", 3)]
    assert len([f for f in document["findings"] if f["status"] == "changed"]) == 7


def test_a_command_that_fails_without_the_changes_too_stops_the_search(
    repository: Repository, refactorkit: CommandLine, runs: Path
) -> None:
    repository.commit({f"m{n}.py": lines_of(n) for n in range(3)})
    result = refactorkit.apply("logging-warn", ".", "--verify", LOG + "echo broken; exit 9")
    assert result.code == 4
    assert result.complaint.endswith("exited 9: broken (without the changes too, so they can't be judged)")
    assert count(runs) == 2
    assert repository.branches() == ["main"]


def test_when_no_change_passes_nothing_is_committed(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit({f"m{n}.py": lines_of(n, 1) for n in range(3)})
    result = refactorkit.apply(
        "logging-warn", ".", "--verify", "! grep -q warning *.py", "--output-format", "json"
    )
    assert result.code == 4
    assert refused(result.document) == [("m0.py", 2), ("m1.py", 2), ("m2.py", 2)]
    assert result.document["changes"] == []
    assert repository.branches() == ["main"]


def test_without_bisection_nothing_is_committed(
    repository: Repository, refactorkit: CommandLine, runs: Path
) -> None:
    repository.commit({f"m{n}.py": lines_of(n) for n in range(3)})
    result = refactorkit.apply(
        "logging-warn", ".", "--verify", LOG + "! grep -q warning m1.py", "--no-bisect"
    )
    assert result.code == 4
    assert count(runs) == 1
    assert repository.branches() == ["main"]


def test_a_file_that_changes_as_a_whole_is_left_out_as_a_whole(
    repository: Repository, refactorkit: CommandLine
) -> None:
    """A project-wide codemod is planned anew without it: what is written elsewhere counts it no more."""
    repository.commit({f"m{n}.py": f"x = old()\nname = {n}\n" for n in range(4)})
    document = refactorkit.json("wide-count", ".", "--verify", "! grep -q 'x = [0-9]' m1.py")
    assert refused(document) == [("m1.py", 1)]
    branch = "refactorkit/wide-count"
    assert [repository.show(f"{branch}:m{n}.py").decode()[:6] for n in range(4)] == [
        "x = 3\n",
        "x = ol",
        "x = 3\n",
        "x = 3\n",
    ]


def test_a_field_is_left_out_while_others_keep_the_alias_they_share(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit(
        {
            "app/__init__.py": "",
            "app/kinds.py": "from typing import Annotated\nfrom pydantic import BeforeValidator\n\n"
            "LaxUrl = Annotated[str, BeforeValidator(str)]\n",
            "app/models.py": "from pydantic import BaseModel\n\nfrom app.kinds import LaxUrl\n\n\n"
            "class Create(BaseModel):\n    one: LaxUrl\n    two: LaxUrl\n    three: LaxUrl\n",
        }
    )
    line = "! grep -q 'two: [^L]' app/models.py"
    document = refactorkit.json("http-url", ".", "-o", "role=input", "-o", "note=", "--verify", line)
    assert refused(document) == [("app/models.py", 8)]
    models = repository.show("refactorkit/http-url:app/models.py").decode()
    assert models.count(": LaxUrl\n") == 1
    assert "    two: LaxUrl\n" in models


def test_caches_of_an_earlier_run_do_not_lie(repository: Repository, refactorkit: CommandLine) -> None:
    """`old` and `new` are equally long, so that only the time tells the bytecode of one from that of the other."""
    modules = {
        f"m{n}.py": f"def old(): return 'old'\ndef new(): return 'new'\nx = old()\nn = {n}\n"
        for n in range(6)
    }
    repository.commit({**modules, ".gitignore": "__pycache__\n"})
    line = 'python3 -c \'import m0, m1, m2, m3, m4, m5, sys; sys.exit(m2.x == "new" or m4.x == "new")\''
    document = refactorkit.json("misbehaves", ".", "--verify", f"unset PYTHONDONTWRITEBYTECODE; {line}")
    assert refused(document) == [("m2.py", 3), ("m4.py", 3)]


class Table(Struct):
    """Variants that need no repository: a plan holds one change for each site."""

    sites: tuple[Site, ...]

    def without(self, left_out: Any) -> Plan:
        """One change for each site that is left."""
        changes = (
            Change(path=f"{s.path}:{s.line}", before=b"", after=b"x") for s in self.sites if s not in left_out
        )
        return Plan(codemod="x", version="1", options={}, outcomes=tuple(changes))


def test_whatever_fails_what_is_kept_has_passed() -> None:
    """Every set of one to three sites that fail alone or together, among six sites of three files."""
    sites = tuple(Site(f"{n // 2}.py", n % 2 + 1) for n in range(6))
    names = {f"{s.path}:{s.line}" for s in sites}
    cases = [set(c) for size in (1, 2, 3) for c in itertools.combinations(sorted(names), size)]
    for alone, together in itertools.product(cases, [set(), *cases]):
        passed: list[set[str]] = []

        def run(
            made: Plan, alone: set[str] = alone, together: set[str] = together, passed: Any = passed
        ) -> Run:
            here = {c.path for c in made.changes}
            fails = here & alone or (together and together <= here)
            if not fails:
                passed.append(here)
            return Run(1 if fails else 0)

        found = bisect(Table(sites), run, Run(1))  # type: ignore[arg-type]
        kept = {c.path for c in found.plan.changes}
        assert not kept or kept in passed
        assert not kept & alone
        needless = names - kept - alone
        assert len(needless) <= 1
        assert needless <= together


def test_the_search_ends_after_so_many_runs_and_keeps_what_passed() -> None:
    sites = tuple(Site(f"{n:03}.py", 1) for n in range(200))

    def run(made: Plan) -> Run:
        return Run(any(int(c.path[:3]) % 2 for c in made.changes))

    found = bisect(Table(sites), run, Run(1), 20)  # type: ignore[arg-type]
    assert found.runs <= 23
    kept = [int(c.path[:3]) for c in found.plan.changes]
    assert kept
    assert all(number % 2 == 0 for number in kept)
    assert found.left_out[sites[-1]] is None
