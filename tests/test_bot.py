"""A pass of the bot against real remotes, and a GitHub that is held to its contract on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot_world import BRANCH, World
from fake_github import FakeGitHub, PrismUnavailable, contract
from repositories import CommandLine


@pytest.fixture(scope="session")
def github() -> Iterator[tuple[FakeGitHub, str]]:
    """A fake GitHub, and the URL at which Prism guards it."""
    with FakeGitHub().serving() as fake:
        assert isinstance(fake, FakeGitHub)
        try:
            with contract(fake.url) as url:
                yield fake, url
        except PrismUnavailable as error:
            pytest.skip(str(error))


@pytest.fixture
def world(
    tmp_path: Path,
    no_git_settings: None,
    monkeypatch: pytest.MonkeyPatch,
    github: tuple[FakeGitHub, str],
    refactorkit: CommandLine,
) -> World:
    """An empty campaign on the fake GitHub."""
    fake, url = github
    fake.reset()
    monkeypatch.chdir(tmp_path)
    return World(tmp_path, fake, url, "github", refactorkit, monkeypatch)


def test_a_first_pass_opens_a_pull_request_and_a_second_one_writes_nothing(world: World) -> None:
    remote = world.remote()
    assert world.states() == ["opened"]
    Path("/tmp/out.txt").write_text("\n------\n".join([remote.pull.title, remote.pull.body, remote.board, remote.bare.git("show", BRANCH)]))
    assert remote.bare.git("diff", "--stat", f"main..{BRANCH}")
    assert world.quiet() == ["unchanged"]
