"""The same passes on GitLab."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot_world import BRANCH, MODEL, World
from fake_forge import Answer, Trouble
from fake_gitlab import FakeGitLab
from repositories import CommandLine


@pytest.fixture
def gitlab(
    tmp_path: Path, no_git_settings: None, monkeypatch: pytest.MonkeyPatch, refactorkit: CommandLine
) -> Iterator[World]:
    """An empty campaign on a fake GitLab."""
    monkeypatch.chdir(tmp_path)
    with FakeGitLab().serving() as fake:
        yield World(tmp_path, fake, fake.url, "gitlab", refactorkit, monkeypatch)


def test_a_campaign_of_three_goes_all_the_way_on_gitlab(gitlab: World) -> None:
    one, two, three = (gitlab.remote(f"acme/group/{name}") for name in ("one", "two", "three"))
    assert gitlab.states() == ["opened"] * 3
    assert gitlab.quiet() == ["unchanged"] * 3
    for remote in (one, two, three):
        remote.commit({"app/second.py": MODEL.format(name="Update")})
    mine = two.commit_on(BRANCH, {"app/mine.py": "mine = 1\n"})
    three.pull.state = "closed"
    assert gitlab.states() == ["updated", "foreign", "declined"]
    assert two.branches()[BRANCH] == mine
    assert one.pull.title == "refactor: validate 2 URL fields with HttpUrl"
    assert len(two.hosted.comments[two.pull.number]) == 1
    assert gitlab.quiet() == ["unchanged", "foreign", "declined"]
    (board,) = three.hosted.issues.values()
    board.body = board.body.replace("- [ ]", "- [x]")
    one.merge(one.pull)
    assert gitlab.states() == ["nothing", "foreign", "opened"]
    three.commit({"app/models.py": "x = 1\n", "app/second.py": "x = 1\n"})
    assert gitlab.states() == ["nothing", "foreign", "closed"]
    assert gitlab.quiet() == ["nothing", "foreign", "nothing"]
    assert [len(remote.pulls) for remote in (one, two, three)] == [1, 1, 2]


def test_a_merge_request_is_furnished_in_one_step(gitlab: World) -> None:
    remote = gitlab.remote()
    remote.hosted.milestones = ["1.0", "2.0"]
    gitlab.settings |= {
        "labels": ["a", "b"],
        "reviewers": ["ann"],
        "assignees": ["bob"],
        "milestone": "2.0",
        "draft": True,
    }
    gitlab.settings["dashboard"] = False
    assert gitlab.states() == ["opened"]
    pull = remote.pull
    assert (pull.labels, pull.reviewers, pull.assignees, pull.milestone) == (["a", "b"], ["ann"], ["bob"], 2)
    assert pull.title == "Draft: refactor: validate 1 URL field with HttpUrl"
    assert len(gitlab.fake.writes) == 1
    remote.commit({"app/second.py": MODEL.format(name="Update")})
    assert gitlab.states() == ["updated"]
    assert remote.pull.title == "Draft: refactor: validate 2 URL fields with HttpUrl"
    assert gitlab.quiet() == ["unchanged"]


@pytest.mark.parametrize(
    ("status", "state", "detail"),
    [
        (401, "failed", "the forge refuses the token"),
        (403, "failed", "give it the scope `api` and the role Developer"),
        (404, "failed", "the forge finds nothing (No.)"),
        (422, "failed", "the forge doesn't take it (422 No.)"),
        (429, "waiting", "the forge asks to wait 900 s"),
        (502, "failed", "the forge answers 502: the next pass tries again"),
    ],
)
def test_what_gitlab_refuses_is_told_and_done_by_the_next_pass(
    gitlab: World, status: int, state: str, detail: str
) -> None:
    remote = gitlab.remote()
    refusal = Answer(status, {"message": "No."}, {"Retry-After": "900"})
    gitlab.fake.troubles = [Trouble("POST .*merge_requests$", refusal, times=9)]
    row = gitlab.run(code=0 if state == "waiting" else 3)[-1]
    assert (row["state"], detail in row["detail"]) == (state, True), row
    gitlab.fake.troubles = []
    assert gitlab.states() == ["opened"]
    assert gitlab.quiet() == ["unchanged"]
    assert len(remote.pulls) == 1


def test_a_short_wait_is_waited_for_on_gitlab_too(gitlab: World) -> None:
    remote = gitlab.remote()
    gitlab.fake.troubles = [
        Trouble("POST .*merge_requests$", Answer(429, {"message": "x"}, {"Retry-After": "1"}))
    ]
    assert gitlab.states() == ["opened"]
    assert len(remote.pulls) == 1


def test_another_bot_that_was_faster_is_no_error(gitlab: World) -> None:
    remote = gitlab.remote()
    gitlab.states()
    listing = Trouble("GET .*merge_requests", Answer(200, []))  # as it was before the other one opened it
    gitlab.fake.troubles = [listing]
    assert gitlab.states() == ["unchanged"]
    assert len(remote.pulls) == 1


def test_people_and_milestones_that_gitlab_does_not_know_are_named(gitlab: World) -> None:
    gitlab.remote()
    for settings, detail in (
        ({"reviewers": ["zoe"]}, "GitLab knows no 'zoe': correct `reviewers` or `assignees`"),
        ({"reviewers": [], "milestone": "9"}, "has no active milestone '9': make it, or correct `milestone`"),
        ({"team-reviewers": ["core"]}, "GitLab knows no team-reviewers: name people in `reviewers`"),
    ):
        gitlab.settings |= settings
        (row,) = gitlab.run(code=3)
        assert row["detail"].endswith(detail)
