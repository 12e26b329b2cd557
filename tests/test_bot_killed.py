"""kill -9 between any two steps of a pass, and two bots at once: the next pass goes on, and nothing is there twice."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from functools import cache

import pytest

from bot_world import BRANCH, MODEL, Remote, World
from fake_forge import Trouble
from fake_github import FakeGitHub
from forking_runs import ForkingRuns
from git_wrapper import GitWrapper

IMPORTED = (
    "bot.passing",
    "bot.table",
    "cli.bot",
    "cli.running_bot",
    "forge.github",
    "walk",
    "codemods.http_url",
)
CHANGING = ("init", "fetch", "update-ref", "commit-tree", "push")
"""The git commands that change something, here or far away."""


@pytest.fixture(scope="module")
def git(tmp_path_factory: pytest.TempPathFactory) -> GitWrapper:
    """The `git` of the passes in other processes."""
    return GitWrapper(tmp_path_factory.mktemp("wrapper") / "bin")


def passes(git: GitWrapper) -> ForkingRuns:
    """Passes in other processes, which have the token, and nobody's git settings."""
    return ForkingRuns(
        *IMPORTED,
        GITHUB_TOKEN=FakeGitHub.token,
        PATH=f"{git.folder}{os.pathsep}{os.environ['PATH']}",
        GIT_CONFIG_GLOBAL=os.devnull,
        GIT_CONFIG_NOSYSTEM="1",
    )


@pytest.fixture(scope="module")
def runs(git: GitWrapper) -> Iterator[ForkingRuns]:
    """Passes one after the other."""
    with passes(git) as found:
        yield found


@pytest.fixture(scope="module")
def others(git: GitWrapper) -> Iterator[ForkingRuns]:
    """Passes at the same time as those."""
    with passes(git) as found:
        yield found


def prepared(world: World, scenario: str, name: str) -> Remote:
    """A remote, the only one, in front of a pass that opens, updates, closes, or finds somebody's commit."""
    world.settings |= {"labels": ["l"], "reviewers": ["ann"]}
    world.remotes = []
    remote = world.remote(name)
    if scenario != "opening":
        assert world.states() == ["opened"]
    if scenario == "updating":
        remote.commit({"app/second.py": MODEL.format(name="Update")})
    elif scenario == "closing":
        remote.commit({"app/models.py": "x = 1\n"})
    elif scenario == "foreign":
        remote.commit_on(BRANCH, {"app/mine.py": "mine = 1\n"})
    return remote


def outcome(remote: Remote) -> tuple[object, ...]:
    """All that a pass can change, but for numbers and times."""
    pulls = [
        (p.head, p.state, p.title, p.labels, p.reviewers, p.sha == remote.branches().get(p.head))
        for p in remote.pulls
    ]
    comments = [text for texts in remote.hosted.comments.values() for text in texts]
    boards = [issue.state for issue in remote.hosted.issues.values()]
    trees = {name: remote.bare.git("rev-parse", f"{name}^{{tree}}") for name in remote.branches()}
    return pulls, comments, boards, trees


@cache
def _undisturbed(scenario: str) -> list[tuple[object, ...]]:
    return []


def undisturbed(world: World, scenario: str) -> tuple[object, ...]:
    """What the scenario comes to when nothing happens."""
    known = _undisturbed(scenario)
    if not known:
        whole = prepared(world, scenario, "acme/whole")
        world.states()
        known.append(outcome(whole))
    return known[0]


SCENARIOS = {
    "opening": ["init", "fetch", "commit-tree", "update-ref", "push", "POST .*/pulls$", "POST .*/requested_reviewers",
                "PATCH .*/issues/", "POST .*/issues$"],
    "updating": ["push", "PATCH .*/pulls/", "PATCH .*/issues/"],
    "closing": ["POST .*/comments", "PATCH .*/pulls/", "push", "PATCH .*/issues/"],
    "foreign": ["POST .*/comments", "PATCH .*/issues/"],
}  # fmt: skip


# after one step is before the next; what git does here is the same in all scenarios
STEPS = [(name, step, "after") for name, steps in SCENARIOS.items() for step in steps]
STEPS += [("opening", "init", "before"), ("opening", "push", "before")]


@pytest.mark.parametrize(("scenario", "step", "when"), STEPS)
def test_a_pass_that_is_killed_is_completed_by_the_next(
    world: World, runs: ForkingRuns, git: GitWrapper, scenario: str, step: str, when: str
) -> None:
    expected = undisturbed(world, scenario)
    remote = prepared(world, scenario, "acme/killed")
    if step in CHANGING:
        git.kill(step, when)
    else:
        world.fake.troubles = [Trouble(step, is_done=when == "after", kills=True)]
    arguments = world.arguments(cache="another" if step == "init" else "cache")
    assert runs.run(world.folder, *arguments, started=world.fake.victim.put) == -9
    assert not git.is_waiting
    assert runs.run(world.folder, *arguments) == 0
    assert outcome(remote) == expected
    world.quiet()


@pytest.mark.parametrize(
    ("scenario", "caches"), [*((name, ("one", "two")) for name in SCENARIOS), ("opening", ("one", "one"))]
)
def test_two_bots_at_once_do_it_once(
    world: World, runs: ForkingRuns, others: ForkingRuns, scenario: str, caches: tuple[str, str]
) -> None:
    expected = undisturbed(world, scenario)
    remote = prepared(world, scenario, "acme/both")
    # both have seen the same state of affairs before either of them writes
    world.fake.troubles = [Trouble("GET .*/(pulls|comments)", is_done=True, seconds=0.7, times=4)]
    codes: list[int] = []
    pairs = [(runs, world.arguments(cache=caches[0])), (others, world.arguments(cache=caches[1]))]
    threads = [
        threading.Thread(target=lambda one, words: codes.append(one.run(world.folder, *words)), args=pair)
        for pair in pairs
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(codes) <= {0, 3}  # the slower one may have been told that a branch has moved
    assert runs.run(world.folder, *world.arguments()) == 0
    assert outcome(remote)[0] == expected[0]
    assert [issue.state for issue in remote.hosted.issues.values()].count("open") == 1
    world.quiet()
