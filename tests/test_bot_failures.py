"""What a forge or a remote can answer instead of doing as it is asked, and what the bot makes of it.

After each case: no second pull request, no lost commit, and a next pass that completes what was left.
"""

from __future__ import annotations

import time
from typing import Any

import pytest

from bot_world import BRANCH, FILES, World
from fake_forge import Answer, Trouble

LISTING, OPENING = "GET .*/pulls", "POST .*/pulls$"
FURNISHING, BOARD = "PATCH .*/issues/", "POST .*/issues$"
SECONDARY = {"message": "You have exceeded a secondary rate limit."}
VALIDATION = {"message": "Validation Failed", "documentation_url": "x"}


def answer(status: int, body: dict[str, Any] | None = None, **headers: str) -> Answer:
    """An error of the forge."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, {"message": "No.", "documentation_url": "x", **(body or {})}, named)


FAILURES = {
    "401": (LISTING, answer(401), "failed", "the forge refuses the token: give one that is valid"),
    "403": (OPENING, answer(403), "failed", "the token may not do this (No.): give it write access to contents"),
    "404": (LISTING, answer(404), "failed", "the forge finds nothing (No.): check the name, and what the token may see"),
    "422": (OPENING, answer(422, VALIDATION | {"errors": [{"message": "base is odd", "code": "custom"}]}), "failed",
            "the forge doesn't take it (422 Validation Failed: base is odd): correct the settings"),
    "500": (OPENING, answer(500), "failed", "the forge answers 500: the next pass tries again"),
    "502 when reading": (LISTING, answer(502), "failed", "the forge answers 502: the next pass tries again"),
    "503 on the board": (BOARD, answer(503), "failed", "the forge answers 503: the next pass tries again"),
    "rate limit": (LISTING, answer(403, x_ratelimit_remaining="0", x_ratelimit_reset=str(int(time.time()) + 3000)), "waiting",
                   "the forge asks to wait "),
    "secondary": (OPENING, answer(403, SECONDARY, retry_after="900"), "waiting", "the forge asks to wait 900 s"),
    "429": (OPENING, answer(429, retry_after="900"), "waiting", "the forge asks to wait 900 s: the next pass goes on"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAILURES)
def test_what_the_forge_refuses_is_told_and_done_by_the_next_pass(world: World, name: str) -> None:
    pattern, refusal, state, detail = FAILURES[name]
    remote = world.remote()
    world.fake.troubles = [Trouble(pattern, refusal, times=9)]
    row = world.run(code=3 if state == "failed" else 0)[-1]
    assert (row["state"], detail in row["detail"]) == (state, True), row
    world.fake.troubles = []
    assert world.states() == ["unchanged" if pattern == BOARD else "opened"]
    assert world.quiet() == ["unchanged"]
    assert len(remote.pulls) == 1


@pytest.mark.parametrize("is_done", [False, True], ids=["lost", "done"])
@pytest.mark.parametrize("how", ["500", "no answer", "time-out"])
def test_a_write_without_an_answer_is_never_repeated_in_the_dark(
    world: World, how: str, is_done: bool
) -> None:
    remote = world.remote()
    refusal = answer(500 if how == "500" else 502)
    world.settings["timeout"] = 1
    world.fake.troubles = [
        Trouble(OPENING, None if how == "time-out" else refusal, is_done, 3 if how == "time-out" else 0)
    ]
    if how == "time-out" and not is_done:
        world.fake.troubles[0].answer = refusal
    (row,) = world.run(code=3)
    assert row["state"] == "failed"
    assert len(remote.pulls) == is_done
    assert world.states() == ["unchanged" if is_done else "opened"]
    assert world.quiet() == ["unchanged"]
    assert len(remote.pulls) == 1


@pytest.mark.parametrize("refusal", [answer(403, SECONDARY, retry_after="1"), answer(429, retry_after="1")])
def test_a_short_wait_is_waited_for(world: World, refusal: Answer) -> None:
    remote = world.remote()
    world.fake.troubles = [Trouble(OPENING, refusal)]
    start = time.monotonic()
    assert world.states() == ["opened"]
    assert time.monotonic() - start >= 1
    assert len(remote.pulls) == 1


def test_a_read_is_tried_again(world: World) -> None:
    world.remote()
    world.fake.troubles = [Trouble(LISTING, answer(502))]
    assert world.states() == ["opened"]


def test_furniture_that_the_forge_refuses_is_named_and_asked_for_again(world: World) -> None:
    remote = world.remote()
    world.settings |= {"reviewers": ["nobody"], "labels": ["l"]}
    (row,) = world.run(code=3)
    assert "Reviews may only be requested from collaborators." in row["detail"]
    world.settings["reviewers"] = ["ann"]
    assert world.states() == ["updated"]
    assert (remote.pull.reviewers, remote.pull.labels) == (["ann"], ["l"])
    assert world.quiet() == ["unchanged"]
    assert len(remote.pulls) == 1


def test_a_milestone_that_is_not_there_is_named(world: World) -> None:
    world.remote()
    world.settings["milestone"] = "9.9"
    (row,) = world.run(code=3)
    assert row["detail"].endswith("acme/one has no open milestone '9.9': make it, or correct `milestone`")


def test_one_repository_that_fails_does_not_stop_the_others(world: World) -> None:
    world.remote("acme/one").bare.git("update-ref", "-d", "refs/heads/main")
    world.remote("acme/two", {**FILES, "pyproject.toml": "[tool.refactorkit\n"})
    world.remote("acme/three")
    world.fake.repositories["acme/four"] = world.remote("acme/five").hosted
    world.remotes[-1].name = "acme/six"  # the forge doesn't know it
    rows = world.run(code=3)
    assert [(row["repository"], row["state"]) for row in rows] == [
        ("acme/one", "failed"), ("acme/two", "failed"), ("acme/three", "opened"), ("acme/six", "failed"),
    ]  # fmt: skip
    details = [row["detail"] for row in rows]
    assert "has no" in details[0]
    assert "is not valid TOML" in details[1]
    assert "the forge finds nothing" in details[3]


def test_a_token_that_is_refused_is_not_tried_again_in_the_same_pass(world: World) -> None:
    for name in ("acme/one", "acme/two"):
        world.remote(name)
    world.fake.troubles = [Trouble("", answer(401), times=99)]
    assert world.states(code=3) == ["failed", "failed"]
    assert len(world.fake.asked) == 1


def test_a_push_that_the_remote_refuses_opens_nothing(world: World) -> None:
    remote = world.remote()
    hook = remote.bare.path / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'no refactoring here' >&2\nexit 1\n")
    hook.chmod(0o755)
    (row,) = world.run(code=3)
    assert row["state"] == "failed"
    assert "pre-receive hook declined" in row["detail"]
    assert remote.pulls == []
    hook.unlink()
    assert world.states() == ["opened"]


def test_a_branch_that_moves_during_the_pass_is_left_alone(world: World) -> None:
    remote = world.remote()
    assert world.states() == ["opened"]
    remote.commit({"README.md": "more\n"})
    hook = remote.bare.path / "hooks" / "pre-receive"  # git holds the lease against what the hook leaves
    hook.parent.mkdir(exist_ok=True)
    mine = remote.bare.git(
        "-c", "user.name=m", "-c", "user.email=m@x", "commit-tree", "-p", BRANCH, "-m", "mine", "main^{tree}"
    )
    hook.write_text(f"#!/bin/sh\nunset GIT_QUARANTINE_PATH\ngit update-ref refs/heads/{BRANCH} {mine}\n")
    hook.chmod(0o755)
    (row,) = world.run(code=3)
    assert (row["state"], "was moved by somebody meanwhile" in row["detail"]) == ("failed", True)
    assert remote.branches()[BRANCH] == mine
    hook.unlink()
    assert world.states() == ["foreign"]


def test_limits_leave_the_rest_to_later_passes(world: World) -> None:
    remote = world.remote()
    world.remote("acme/two")
    world.settings |= {"max-open": 0}
    rows = world.run()
    assert [(row["state"], row["detail"]) for row in rows] == [
        ("waiting", "0 are open, and max-open is 0")
    ] * 2
    assert world.quiet() == ["waiting"] * 2
    (board,) = remote.hosted.issues.values()
    board.body = board.body.replace("- [ ]", "- [x]")
    assert world.states() == ["opened", "waiting"]  # its box was ticked
    world.settings |= {"max-open": 5, "max-new-per-hour": 1}
    assert world.states() == ["unchanged", "waiting"]
    assert world.states(cache="elsewhere") == ["unchanged", "opened"]  # another machine knows only the forge


def test_writes_are_counted_over_passes(world: World) -> None:
    remote = world.remote()
    world.settings |= {"writes-per-hour": 1}
    assert [row["state"] for row in world.run()][-1] == "waiting"  # the pull request, but no dashboard
    assert world.run()[-1]["detail"] == "1 writes in an hour are enough: the next pass goes on"
    assert world.fake.writes == ["POST /repos/acme/one/pulls"]
    assert len(remote.pulls) == 1
