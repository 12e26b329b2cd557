"""The fixtures of the bot's tests: one guarded GitHub for all of them, and an empty campaign for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot_world import World
from fake_github import FakeGitHub, PrismUnavailable, contract
from repositories import CommandLine


@pytest.fixture(scope="session")
def github() -> Iterator[tuple[FakeGitHub, str]]:
    """A fake GitHub, and the URL at which Prism guards it."""
    with FakeGitHub().serving() as fake:
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
