"""Remotes, a forge and a campaign for the tests of the bot: bare repositories on disk, and a fake that speaks HTTP."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fake_forge import Fake, Hosted, Pull
from repositories import CommandLine, Repository

ROW = dict[str, Any]
KINDS = (
    "from typing import Annotated\nfrom pydantic import BeforeValidator\n\n"
    "LaxUrl = Annotated[str, BeforeValidator(str)]\n"
)
MODEL = "from pydantic import BaseModel\n\nfrom app.kinds import LaxUrl\n\n\nclass {name}(BaseModel):\n    one: LaxUrl\n"
FILES: dict[str, str | bytes] = {
    "app/__init__.py": "",
    "app/kinds.py": KINDS,
    "app/models.py": MODEL.format(name="Create"),
}
BRANCH = "refactorkit/http-url"


class Remote:
    """A bare repository on a forge, with a checkout in which somebody works."""

    def __init__(self, folder: Path, hosted: Hosted, name: str, *arguments: str) -> None:
        self.hosted = hosted
        self.name = name
        self.bare = Repository(hosted.bare)
        self.work = Repository.new(folder / "work" / name, *arguments)
        self.work.git("remote", "add", "origin", str(hosted.bare))

    def commit(self, files: dict[str, str | bytes], message: str = "more") -> str:
        """Push a commit to main."""
        made = self.work.commit(files, message)
        self.work.git("push", "-q", "origin", "main")
        return made

    def commit_on(self, branch: str, files: dict[str, str | bytes], message: str = "mine") -> str:
        """Push somebody's commit on top of a branch."""
        self.work.git("fetch", "-q", "origin", branch)
        self.work.git("switch", "-q", "--detach", "FETCH_HEAD")
        made = self.work.commit(files, message)
        self.work.git("push", "-q", "origin", f"HEAD:refs/heads/{branch}")
        self.work.git("switch", "-q", "main")
        return made

    def merge(self, pull: Pull, squash: bool = False, delete: bool = False) -> None:
        """Merge a pull request, as the forge's button does."""
        self.work.git("fetch", "-q", "origin", pull.head)
        self.work.git("merge", "-q", *(["--squash"] if squash else ["--no-ff", "--no-edit"]), "FETCH_HEAD")
        if squash:
            self.work.git("commit", "-q", "-m", pull.title)
        self.work.git("push", "-q", "origin", "main")
        pull.state, pull.merged = "closed", True
        if delete:
            self.bare.git("update-ref", "-d", f"refs/heads/{pull.head}")

    def branches(self) -> dict[str, str]:
        """The remote's branches."""
        listed = self.bare.git("for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads")
        return dict(line.rsplit(" ", 1) for line in listed.split("\n") if line)

    @property
    def pulls(self) -> list[Pull]:
        """All pull requests, oldest first."""
        self.hosted.follow()
        return [self.hosted.pulls[number] for number in sorted(self.hosted.pulls)]

    @property
    def pull(self) -> Pull:
        """The only one that is open."""
        (found,) = [pull for pull in self.pulls if pull.state == "open"]
        return found

    @property
    def board(self) -> str:
        """The text of the only dashboard that is open."""
        (found,) = [issue for issue in self.hosted.issues.values() if issue.state == "open"]
        return found.body


class World:
    """A campaign over remotes on one fake forge; `api` is where the bot asks."""

    def __init__(
        self,
        folder: Path,
        fake: Fake,
        api: str,
        forge: str,
        refactorkit: CommandLine,
        variables: pytest.MonkeyPatch,
    ) -> None:
        self._variables = variables
        self.folder = folder
        self.fake = fake
        self.api = api
        self.forge = forge
        self.variable = f"{forge.upper()}_TOKEN"
        self.remotes: list[Remote] = []
        self.urls: dict[str, str] = {}
        """Other URLs of remotes than their paths."""
        self.token = fake.token
        self.settings: dict[str, Any] = {
            "codemods": ["http-url"],
            "options": {"http-url": {"role": "input"}},
            "writes-per-minute": 0,
            "writes-per-hour": 0,
        }
        self._refactorkit = refactorkit

    def remote(
        self,
        name: str = "acme/one",
        files: dict[str, str | bytes] | None = None,
        arguments: tuple[str, ...] = (),
    ) -> Remote:
        """A new repository with one commit; `arguments` are for `git init`."""
        bare = self.folder / "remotes" / f"{name}.git"
        Repository.new(bare, "--bare", *arguments)
        hosted = self.fake.repositories[name] = Hosted(bare)
        made = Remote(self.folder, hosted, name, *arguments)
        made.commit(FILES if files is None else files, "first")
        self.remotes.append(made)
        return made

    @property
    def campaign(self) -> Path:
        """The campaign file, written anew."""
        path = self.folder / "campaign.toml"
        lines = [f"{key} = {toml(value)}" for key, value in self.settings.items()]
        lines += [f'forge = "{self.forge}"', f'api = "{self.api}"']
        for remote in self.remotes:
            lines += [
                "",
                "[[repositories]]",
                f'url = "{self.urls.get(remote.name, remote.hosted.bare)}"',
                f'name = "{remote.name}"',
            ]
        path.write_text("\n".join(lines) + "\n")
        return path

    def arguments(self, *more: str, cache: str = "cache") -> tuple[str, ...]:
        """The command line of a pass; `cache` names the machine that it runs on."""
        folder = ("--cache-dir", str(self.folder / cache))
        return ("bot", "run", "--campaign", str(self.campaign), *folder, *more)

    def run(self, *more: str, code: int = 0, cache: str = "cache") -> list[ROW]:
        """The rows of a pass."""
        self._variables.setenv(self.variable, self.token)  # a pass takes it away
        result = self._refactorkit(*self.arguments("--output-format", "json", *more, cache=cache))
        assert result.code == code, result.err or result.out
        return result.documents

    def text(self, *more: str) -> str:
        """What a pass prints for people."""
        self._variables.setenv(self.variable, self.token)
        return self._refactorkit(*self.arguments(*more)).out

    def own_states(self) -> list[str]:
        """The states of a pass by the settings of the current folder."""
        self._variables.setenv(self.variable, self.token)
        folder = str(self.folder / "cache")
        result = self._refactorkit("bot", "run", "--output-format", "json", "--cache-dir", folder)
        assert result.code == 0, result.err
        return [row["state"] for row in result.documents]

    def states(self, *more: str, code: int = 0, cache: str = "cache") -> list[str]:
        """What became of each branch in a pass."""
        return [row["state"] for row in self.run(*more, code=code, cache=cache)]

    def quiet(self) -> list[str]:
        """The states of a pass that must not write anything, neither to the forge nor to a remote."""
        before, count = [remote.branches() for remote in self.remotes], len(self.fake.writes)
        states = self.states()
        assert self.fake.writes[count:] == []
        assert [remote.branches() for remote in self.remotes] == before
        return states


def toml(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {toml(item)}' for key, item in value.items()) + "}"
    return json.dumps(value)
