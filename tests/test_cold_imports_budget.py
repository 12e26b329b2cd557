"""hoist-imports with a budget for start-up: the cheapest imports come to the top, as many as the budget pays for."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from refactorkit.cold_imports.budget import Moved, Prices, affordable
from refactorkit.cold_imports.verdict import Answer, Job
from repositories import CommandLine, Repository

DEFERRED = "def f():\n    from pkg.{0} import VALUE\n\n    return VALUE\n"
SLEEPING = "import time\n\ntime.sleep({0})\nVALUE = 1\n"
PROJECT = {
    "pkg/__init__.py": "import time\n\nfrom pkg import first, second, third\n\ntime.sleep(0.4)\n",
    "pkg/first.py": DEFERRED.format("cheap"),
    "pkg/second.py": DEFERRED.format("dear"),
    "pkg/third.py": DEFERRED.format("free"),
    "pkg/cheap.py": SLEEPING.format(0.02),
    "pkg/dear.py": SLEEPING.format(0.4),
    "pkg/free.py": "VALUE = 1\n",
}
"""Importing `pkg` takes more than 0.4 s; `pkg.dear` would double that, `pkg.cheap` add a twentieth."""


def applied(repository: Repository, refactorkit: CommandLine, startup: str) -> Any:
    repository.commit(dict(PROJECT))
    result = refactorkit(
        "apply", "hoist-imports", ".", "-o", f"startup={startup}", "--python", sys.executable, "--output-format", "json"
    )  # fmt: skip
    assert result.code == 0, result.err
    return result.document


def verdicts(document: Any) -> dict[str, str | None]:
    return {f["path"]: f["reason"] for f in document["findings"] if "action" in f["evidence"]}


def test_what_the_budget_pays_for_is_hoisted_and_the_rest_says_its_price(
    repository: Repository, refactorkit: CommandLine
) -> None:
    document = applied(repository, refactorkit, "budget:40%")
    assert verdicts(document) == {
        "pkg/first.py": None,
        "pkg/second.py": "startup-budget",
        "pkg/third.py": None,
    }
    (left,) = [f for f in document["findings"] if f["reason"] == "startup-budget"]
    assert left["evidence"]["milliseconds"] > 300
    assert "the budget of 40% is spent" in left["message"]
    (line,) = [v for v in document["verification"] if v["gate"] == "startup"]
    assert "% time)" in line["detail"]


@pytest.mark.parametrize(
    ("startup", "left"), [("budget:2000%", set()), ("budget:0%", {"first", "second", "third"})]
)
def test_a_budget_can_pay_for_all_or_for_nothing(
    repository: Repository, refactorkit: CommandLine, startup: str, left: set[str]
) -> None:
    found = verdicts(applied(repository, refactorkit, startup))
    assert {path for path, reason in found.items() if reason} == {f"pkg/{name}.py" for name in left}


def test_without_the_gate_a_budget_is_one_line(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit(dict(PROJECT))
    result = refactorkit("apply", "hoist-imports", ".", "-o", "startup=budget:5%", "--no-gate")
    assert result.code == 2
    assert result.complaint.endswith("is measured by the gate of imports: leave --no-gate out")


@pytest.mark.parametrize("written", ["budget", "budget:5", "budget:-5%", "keeps", "5%"])
def test_another_policy_is_one_line(refactorkit: CommandLine, repository: Repository, written: str) -> None:
    repository.commit(dict(PROJECT))
    result = refactorkit("apply", "hoist-imports", ".", "-o", f"startup={written}")
    assert result.code == 2
    assert result.complaint == (
        f"hoist-imports: startup={written} is not possible: it takes keep, allow or budget:5%"
    )


def test_growth_is_a_share_of_the_time_before_and_new_modules_of_the_plan_cost_nothing() -> None:
    job = Job("app", "")
    known = Prices({job: {"app": 900, "os": 100}}, {job: {"app": 900, "os": 100, "json": 50, "app._new": 7}})
    then = Answer(None, frozenset({"app", "os"}))
    now = Answer(None, frozenset({"app", "os", "json", "app._new"}))
    assert known.growth(job, now, then, {"app._new"}) == 0.05
    assert known.growth(job, then, then, ()) == 0


def test_where_no_time_could_be_taken_nothing_more_may_be_loaded() -> None:
    job = Job("app", "")
    then, now = Answer(None, frozenset({"app"})), Answer(None, frozenset({"app", "json"}))
    assert Prices({}, {}).growth(job, now, then, ()) == float("inf")
    assert Prices({}, {}).growth(job, then, then, ()) == 0


def test_the_cheapest_go_first() -> None:
    job = Job("app", "")
    known = Prices({job: {"app": 1000}}, {job: {"app": 1000, "a": 30, "a.x": 5, "b": 10, "c": 20}})
    sites = [Moved("m.py", n, module) for n, module in enumerate("abc")]
    cost = {"a": 35, "b": 10, "c": 20}
    kept = affordable(sites, known, lambda some: sum(cost[s.module] for s in some) <= 30)
    assert [site.module for site in kept] == ["b", "c"]
