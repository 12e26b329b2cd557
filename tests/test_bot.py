"""A pass of the bot against real remotes, and a GitHub that is held to its contract on both sides.

Whatever happens: no second pull request for a branch, and no commit is lost.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from bot_world import BRANCH, FILES, KINDS, MODEL, Remote, World
from repositories import CommandLine

OTHER: dict[str, str | bytes] = {"README.md": "more\n"}
SECOND: dict[str, str | bytes] = {"app/second.py": MODEL.format(name="Update")}
DONE: dict[str, str | bytes] = {"app/models.py": "x = 1\n"}


def subject_of(remote: Remote) -> str:
    """The first line of the branch's commit."""
    return remote.bare.git("show", "-s", "--format=%s", BRANCH)


def test_a_first_pass_opens_a_pull_request_and_a_second_one_writes_nothing(world: World) -> None:
    remote = world.remote()
    assert world.states() == ["opened"]
    assert remote.pull.head == BRANCH
    assert remote.pull.sha == remote.branches()[BRANCH]
    assert "-    one: LaxUrl\n+    one: HttpUrl" in remote.bare.git("diff", f"main..{BRANCH}")
    assert world.quiet() == ["unchanged"]
    assert len(remote.pulls) == 1


def test_a_campaign_of_three_goes_all_the_way(world: World) -> None:
    one, two, three = (world.remote(f"acme/{name}") for name in ("one", "two", "three"))
    assert world.states() == ["opened"] * 3
    assert world.quiet() == ["unchanged"] * 3
    for remote in (one, two, three):
        remote.commit(OTHER)
    mine = two.commit_on(BRANCH, {"app/mine.py": "mine = 1\n"})
    three.pull.state = "closed"
    assert world.states() == ["updated", "foreign", "declined"]
    assert one.bare.git("rev-parse", f"{BRANCH}^") == one.branches()["main"]
    assert two.branches()[BRANCH] == mine
    assert [pull.state for pull in three.pulls] == ["closed"]
    assert world.quiet() == ["unchanged", "foreign", "declined"]
    assert [len(remote.pulls) for remote in (one, two, three)] == [1, 1, 1]


def test_a_moved_base_makes_the_branch_anew_and_solves_a_conflict(world: World) -> None:
    remote = world.remote()
    world.states()
    remote.commit({"app/models.py": MODEL.format(name="Renamed") + "    two: LaxUrl\n"})
    conflict = remote.bare.git("merge-tree", "--write-tree", "main", BRANCH, check=False)
    assert "CONFLICT" in conflict
    assert world.states() == ["updated"]
    assert remote.bare.git("rev-list", "--count", f"main..{BRANCH}") == "1"
    assert remote.bare.show(f"{BRANCH}:app/models.py").count(b"HttpUrl\n") == 3
    assert remote.pull.title == "refactor: validate 2 URL fields with HttpUrl"
    assert world.quiet() == ["unchanged"]


def test_a_closed_pull_request_stays_closed_until_its_box_is_ticked(world: World) -> None:
    remote = world.remote()
    world.states()
    remote.pull.state = "closed"
    assert world.states() == ["declined"]
    remote.commit(SECOND)
    assert world.states() == ["declined"]
    (board,) = remote.hosted.issues.values()
    assert "- [ ] <!-- refactorkit:retry" in board.body
    board.body = board.body.replace("- [ ]", "- [x]").replace("\n", "\r\n")
    assert world.states() == ["opened"]
    assert "[x]" not in remote.board
    assert world.quiet() == ["unchanged"]
    remote.pull.state = "closed"  # the second one too: the box of the first says nothing about it
    assert world.states() == ["declined"]
    assert len(remote.pulls) == 2


def test_other_options_are_another_question(world: World) -> None:
    remote = world.remote()
    world.states()
    remote.pull.state = "closed"
    world.settings["options"] = {"http-url": {"role": "input", "note": ""}}
    assert world.states() == ["opened"]
    assert world.quiet() == ["unchanged"]
    assert len(remote.pulls) == 2


def test_a_reopened_pull_request_is_updated_in_place(world: World) -> None:
    remote = world.remote()
    world.states()
    remote.pull.state = "closed"
    remote.commit(OTHER)
    assert world.states() == ["declined"]
    remote.pulls[0].state = "open"
    assert world.states() == ["updated"]
    assert remote.pull.sha == remote.branches()[BRANCH]
    assert len(remote.pulls) == 1


@pytest.mark.parametrize("squash", [False, True], ids=["merged", "squashed"])
@pytest.mark.parametrize("delete", [False, True], ids=["kept", "deleted"])
def test_after_a_merge_a_new_one_is_opened_only_for_something_new(
    world: World, squash: bool, delete: bool
) -> None:
    remote = world.remote()
    world.states()
    remote.commit_on(BRANCH, {"app/mine.py": "mine = 1\n"})  # what is merged may be replaced, whoever made it
    remote.hosted.follow()
    remote.merge(remote.pull, squash, delete)
    assert world.states() == ["nothing"]
    assert world.quiet() == ["nothing"]
    remote.commit(SECOND)
    assert world.states() == ["opened"]
    assert world.quiet() == ["unchanged"]
    assert [pull.merged for pull in remote.pulls] == [True, False]
    assert remote.bare.show("main:app/mine.py") == b"mine = 1\n"


def test_an_empty_diff_closes_the_pull_request_with_a_word(world: World) -> None:
    remote = world.remote()
    world.states()
    remote.commit(DONE)
    assert world.states() == ["closed"]
    (pull,) = remote.pulls
    assert pull.state == "closed"
    assert "Nothing is left to change" in remote.hosted.comments[pull.number][0]
    assert list(remote.branches()) == ["main"]
    assert world.states() == ["nothing"]
    assert "There is nothing to refactor at the moment." in remote.board
    assert world.quiet() == ["nothing"]
    remote.commit(FILES)
    assert world.states() == ["opened"]  # nobody declined it
    assert len(remote.pulls) == 2


def test_a_pushed_branch_without_a_pull_request_gets_one(world: World) -> None:
    remote = world.remote()
    world.states()
    remote.hosted.pulls.clear()
    before = remote.branches()
    assert world.states() == ["opened"]
    assert remote.branches() == before


def test_a_pushed_branch_without_a_pull_request_goes_when_nothing_is_left(world: World) -> None:
    remote = world.remote()
    world.states()
    remote.hosted.pulls.clear()
    remote.commit(DONE)
    assert world.states() == ["nothing"]
    assert list(remote.branches()) == ["main"]


def test_a_foreign_commit_stops_the_bot_with_one_comment_until_it_is_gone(world: World) -> None:
    remote = world.remote()
    world.states()
    ours = remote.branches()[BRANCH]
    mine = remote.commit_on(BRANCH, {"app/mine.py": "mine = 1\n"})
    remote.commit(OTHER)
    assert world.states() == ["foreign"]
    assert remote.branches()[BRANCH] == mine
    assert len(remote.hosted.comments[remote.pull.number]) == 1
    assert world.quiet() == ["foreign"]
    assert "holds commits of somebody else" in remote.board
    remote.bare.git("update-ref", f"refs/heads/{BRANCH}", ours)
    assert world.states() == ["updated"]
    assert world.quiet() == ["unchanged"]


@pytest.mark.parametrize(
    "touch",
    [
        ["commit", "--amend", "-q", "-m", "mine"],
        ["commit", "--amend", "-q", "--reset-author", "--no-edit"],
        ["commit", "--amend", "-q", "--no-edit"],
        ["merge", "-q", "--no-edit", "main"],
        ["rebase", "-q", "main"],
        ["revert", "--no-edit", "HEAD"],
    ],
    ids=["reworded", "taken over", "amended", "merged into", "rebased", "reverted"],
)
def test_whoever_touches_the_branch_keeps_what_is_there(world: World, touch: list[str]) -> None:
    remote = world.remote()
    world.states()
    remote.commit(OTHER)
    remote.work.git("fetch", "-q", "origin", BRANCH)
    remote.work.git("switch", "-q", "--detach", "FETCH_HEAD")
    remote.work.git(*touch)
    remote.work.git("push", "-q", "--force", "origin", f"HEAD:refs/heads/{BRANCH}")
    tip = remote.branches()[BRANCH]
    assert world.states() == ["foreign"]
    assert remote.branches()[BRANCH] == tip


def test_a_branch_that_a_person_made_with_apply_is_theirs(world: World) -> None:
    remote = world.remote()
    remote.work.git("branch", BRANCH)
    remote.work.git("push", "-q", "origin", BRANCH)
    assert world.states() == ["foreign"]
    assert remote.branches()[BRANCH] == remote.branches()["main"]
    assert remote.pulls == []


def test_a_branch_that_differs_by_case_blocks_and_its_closed_pull_request_counts(world: World) -> None:
    remote = world.remote()
    world.states()
    upper = "refactorkit/HTTP-url"
    remote.bare.git("update-ref", f"refs/heads/{upper}", BRANCH)
    remote.bare.git("update-ref", "-d", f"refs/heads/{BRANCH}")
    pull = remote.pulls[0]
    pull.head, pull.state = upper, "closed"
    assert world.states() == ["declined"]
    pull.body = pull.body.replace(
        '"fingerprint": "', '"fingerprint": "0'
    )  # as if something else had been asked
    (row,) = world.run(code=3)
    assert (row["state"], row["detail"]) == (
        "failed", f"the branch {upper} differs only by case: rename or delete it",
    )  # fmt: skip
    assert len(remote.pulls) == 1


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(world: World) -> None:
    remote, other, third = (world.remote(f"acme/{name}") for name in ("one", "two", "three"))
    world.remotes = [remote]
    world.states()
    world.remotes = [remote, other, third]
    remote.commit(DONE)
    third.commit(DONE)
    before = [it.branches() for it in world.remotes]
    count = len(world.fake.writes)
    assert world.states("--dry-run") == ["closed", "opened", "nothing"]
    assert world.fake.writes[count:] == []
    assert [it.branches() for it in world.remotes] == before
    text = world.text("--dry-run")
    assert re.search(
        r"acme/one\n  would close +refactorkit/http-url +https://github.com/acme/one/pull/1\n", text
    )
    assert re.search(r"acme/two\n  would open +refactorkit/http-url\n", text)


def test_rows_keep_their_schema(world: World, refactorkit: CommandLine) -> None:
    schema = json.loads(refactorkit("schema", "bot").out)
    world.remote()
    for row in (*world.run("--dry-run"), *world.run()):
        jsonschema.validate(row, schema)
        assert (row["schema"], row["repository"]) == ("refactorkit/bot/1", "acme/one")


def test_a_repository_can_keep_every_bot_away(world: World) -> None:
    remote = world.remote(files={**FILES, "pyproject.toml": "[tool.refactorkit.bot]\nenabled = false\n"})
    (row,) = world.run()
    assert (row["state"], row["detail"]) == ("nothing", "enabled = false in its own pyproject.toml")
    assert list(remote.branches()) == ["main"]


def test_the_bot_runs_from_the_settings_of_the_repository_around(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote = world.remote()
    keys = f'name = "acme/one"\nforge = "github"\napi = "{world.api}"\n'
    table = f"[tool.refactorkit.bot]\ncodemods = ['http-url']\noptions.http-url.role = 'input'\n{keys}"
    remote.commit({"pyproject.toml": table})
    (remote.work.path / "app" / "mine.py").write_text("dirty")
    before = remote.work.state()
    monkeypatch.chdir(remote.work.path / "app")
    assert world.own_states() == ["opened"]
    assert world.own_states() == ["unchanged"]
    assert remote.work.state() == before


def test_files_that_do_not_parse_are_named(world: World) -> None:
    remote = world.remote(files={**FILES, "app/bad.py": "from app.kinds import LaxUrl\nclass A(\n"})
    (row,) = world.run(code=3)
    assert row["state"] == "opened"
    assert row["unread"] == ["app/bad.py"]
    assert "`app/bad.py` could not be worked on" in remote.pull.body


def test_files_that_fail_close_nothing(world: World) -> None:
    remote = world.remote()
    world.states()
    remote.commit({"app/models.py": MODEL.format(name="Create") + "    two: LaxUrl = (\n"})
    (row,) = world.run(code=3)
    assert row["state"] == "failed"
    assert row["detail"].startswith("files could not be worked on, so whether something is left")
    assert remote.pull.state == "open"
    remote.commit(FILES)
    assert world.states() == ["updated"]


def test_a_repository_with_longer_ids_and_one_whose_git_was_killed(world: World, tmp_path: Path) -> None:
    remote = world.remote(arguments=("--object-format=sha256",))
    assert world.states() == ["opened"]
    assert len(remote.branches()[BRANCH]) == 64
    (folder,) = [path for path in (tmp_path / "cache" / "bot").iterdir() if (path / "HEAD").is_file()]
    (folder / "shallow.lock").touch()
    remote.commit(OTHER)
    assert world.states() == ["updated"]
    assert world.quiet() == ["unchanged"]
    assert not (folder / "shallow.lock").exists()


def test_the_kinds_module_alone_holds_nothing_to_change(world: World) -> None:
    world.remote(files={"app/__init__.py": "", "app/kinds.py": KINDS})
    assert world.quiet() == ["nothing"]
