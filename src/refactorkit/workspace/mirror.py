"""A bare repository of the bot's own beside a remote: it fetches what a pass needs, and pushes what it made.

Nobody's checkout is involved. A secret reaches git through a credential helper that reads it from the environment of
that one command: it stands in no argument, no remote and no file.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from refactorkit.workspace.commit import stdin
from refactorkit.workspace.entries import WorkspaceError
from refactorkit.workspace.git import LOCK, command, explained, said
from refactorkit.workspace.gitpython import GitCommandError, GitCommandNotFound
from refactorkit.workspace.locking import locked_file
from refactorkit.workspace.trust import as_environment

SECRET, USER = "REFACTORKIT_GIT_SECRET", "REFACTORKIT_GIT_USER"
HELPER = f'!f() {{ test "$1" = get && printf "username=%s\\npassword=%s\\n" "${USER}" "${SECRET}"; }}; f'
"""A credential helper (https://git-scm.com/docs/gitcredentials#_custom_helpers) that knows but what the environment says."""
SETTINGS = {
    "gc.autoDetach": "false",  # nothing runs on when a pass has ended
    "core.logAllRefUpdates": "false",
    "transfer.fsckObjects": "false",
}
PROTOCOLS = "file:http:https:ssh"
"""What a remote may be reached by; not `ext`, which runs a command."""
SLOW = {"GIT_HTTP_LOW_SPEED_LIMIT": "1", "GIT_HTTP_LOW_SPEED_TIME": "120"}
"""A server that sends nothing for two minutes has gone."""
QUESTIONS = {"GIT_ASKPASS": "", "SSH_ASKPASS": "", "GIT_TERMINAL_PROMPT": "0"}
TELLING = ("GIT_TRACE", "GIT_CURL_VERBOSE")
"""Variables with which git would tell its secrets."""
STALE = re.compile(r"stale info|fetch first|non-fast-forward|cannot lock ref|reference already exists")
"""How git says that a branch is no longer where it was."""
DECLINED = re.compile(r"\[(?:remote )?rejected\] \(([^)]*)\)")
"""How git says that the remote did not want a branch."""
MOST_PATIENT = 600.0
"""Seconds that a pass waits for another one in the same repository."""


SEAL = "Refactorkit-Seal"
"""The trailer that says who made the commit, and when."""


def seal(author: str) -> str:
    """The seal of a commit by `author`, written as in the object: `name <email> seconds zone`."""
    return hashlib.sha256(author.encode("utf-8", "surrogateescape")).hexdigest()[:16]


class RemoteMoved(WorkspaceError):
    """A branch of the remote is no longer where it was when the pass began: nothing was pushed."""


class Made(Struct, frozen=True, kw_only=True):
    """A commit as its object has it. `trailers` are the lines `Refactorkit-...: value` of its message."""

    tree: str
    parents: tuple[str, ...]
    author: str
    committer: str
    message: str
    trailers: Mapping[str, str]

    @property
    def is_untouched(self) -> bool:
        """Whether it is a commit of ours as it was made: on its base, with its tree, by its maker at its time.

        Whoever amends, rebases or merges it becomes its committer.
        """
        base = self.trailers.get("Refactorkit-Base")
        return (
            self.parents == (base,)
            and self.trailers.get("Refactorkit-Tree") == self.tree
            and self.author == self.committer
            and self.trailers.get(SEAL) == seal(self.author)
        )


class Mirror:
    """The bot's repository for one remote."""

    def __init__(self, folder: Path, url: str, user: str, secret: str) -> None:
        self.folder = folder
        self._url = url
        self._secret = secret
        parts = urlsplit(url) if "://" in url else None
        self._environment = {**SLOW, **QUESTIONS, "GIT_ALLOW_PROTOCOL": PROTOCOLS}
        if "GIT_SSH_COMMAND" not in os.environ and "GIT_SSH" not in os.environ:
            self._environment["GIT_SSH_COMMAND"] = "ssh -oBatchMode=yes"
        if parts is not None and parts.scheme in ("http", "https"):
            port = f":{parts.port}" if parts.port else ""
            place = f"{parts.scheme}://{parts.hostname}{port}"
            helpers = {"credential.helper": "", f"credential.{place}.helper": HELPER}
            self._environment |= {**as_environment(helpers), SECRET: secret, USER: user}

    def locked(self, say: Callable[[str], None]) -> AbstractContextManager[None]:
        """Keep other passes of this machine away from the repository."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        return locked_file(self.folder.with_suffix(".lock"), say, MOST_PATIENT)

    def prepare(self, digits: int) -> None:
        """Make the repository, for object ids of so many digits, if it isn't there, or a killed git left its locks."""
        if (self.folder / "config").is_file() and not self._is_stuck():
            return
        made = self.folder.with_name(f"{self.folder.name}.new")
        for old in (self.folder, made):
            shutil.rmtree(old, ignore_errors=True)
        made.mkdir()
        with explained("check the space on the disk"):
            sha256 = ["--object-format=sha256"] if digits == 64 else []
            command(made).init("--quiet", "--bare", "--template=", *sha256)
            with (made / "config").open("a") as config:
                for key, value in SETTINGS.items():
                    section, _, name = key.partition(".")
                    config.write(f"[{section}]\n\t{name} = {value}\n")
        os.replace(made, self.folder)

    def _is_stuck(self) -> bool:
        """Whether a git that was killed left a lock of its own. This pass has the repository for itself."""
        places = (self.folder.glob("*.lock"), (self.folder / "refs").rglob("*.lock"))
        return any(path.name != LOCK for place in places for path in place)

    def heads(self, base: str | None, prefix: str) -> tuple[str, dict[str, str]]:
        """The base branch (that of the remote's HEAD for None), and the branches of the remote: commits by name.

        Only the base and those whose names begin with `prefix`, in any case, are sure to be among them.
        """
        names = ["HEAD", f"refs/heads/{base}" if base else "refs/heads/*"]
        if base:
            either = "".join(f"[{c.lower()}{c.upper()}]" if c.isalpha() else c for c in prefix)
            names.append(f"refs/heads/{either}*")
        out = self._far("ls-remote", "--symref", self._url, *names)
        found: dict[str, str] = {}
        default = base
        for line in out.splitlines():
            what, _, name = line.partition("\t")
            if what.startswith("ref: ") and name == "HEAD":
                default = default or what.removeprefix("ref: refs/heads/")
            elif name.startswith("refs/heads/"):
                found[name.removeprefix("refs/heads/")] = what
        if not default:
            raise WorkspaceError(f"{self._url} has no HEAD that names a branch: set base")
        if default not in found:
            raise WorkspaceError(f"{self._url} has no branch {default}: set base, or commit first")
        return default, found

    def fetch(self, branches: Mapping[str, str]) -> None:
        """Get the commits of these branches, each as it is, without its history. What is there isn't asked for."""
        wanted = {name: oid for name, oid in branches.items() if not self._has(oid)}
        if not wanted:
            return
        # git can't hold all names of branches beside each other, and a digest keeps what is fetched from collection
        specs = [f"+refs/heads/{name}:refs/fetched/{_digest(name)}" for name in wanted]
        self._far("fetch", "--quiet", "--no-tags", "--depth=1", "--no-write-fetch-head", self._url, *specs)
        gone = [name for name, oid in wanted.items() if not self._has(oid)]
        if gone:
            raise RemoteMoved(f"{self._url}: {gone[0]} moved meanwhile: the next pass goes on")

    def _has(self, oid: str) -> bool:
        status, _, _ = self._near().cat_file(
            "-e", f"{oid}^{{tree}}", with_exceptions=False, with_extended_output=True
        )
        return bool(status == 0)

    def made(self, oid: str) -> Made:
        """What a commit is."""
        with explained("remove the cache folder"):
            raw = str(self._near().cat_file("commit", oid))
        head, _, message = raw.partition("\n\n")
        lines = [line.partition(" ")[::2] for line in head.split("\n")]
        facts = {key: value for key, value in lines if key in ("tree", "author", "committer")}
        trailers = dict(re.findall(r"(?m)^(Refactorkit-[A-Za-z-]+): (.*)$", message))
        return Made(
            tree=facts["tree"],
            parents=tuple(value for key, value in lines if key == "parent"),
            author=facts["author"],
            committer=facts["committer"],
            message=message,
            trailers=trailers,
        )

    def date(self, oid: str) -> str:
        """When a commit was made, in git's raw form: `1700000000 +0100`."""
        return " ".join(self.made(oid).committer.rsplit(" ", 2)[1:])

    def file(self, oid: str, path: str) -> str | None:
        """The text of a file in a commit, or None."""
        out = self._near().cat_file("blob", f"{oid}:{path}", with_exceptions=False, stdout_as_string=False)
        return out.decode(errors="replace") if out else None

    def align(self, branches: Mapping[str, str]) -> None:
        """Make the branches of this repository these, and no others."""
        git = self._near()
        with explained("remove the cache folder"):
            listed = str(git.for_each_ref("--format=%(refname:lstrip=2)%00%(objectname)", "refs/heads/"))
            here = dict(line.split("\0") for line in listed.split("\n") if line)
            if here == dict(branches):
                return
            lines = [f"delete refs/heads/{name}" for name in here if name not in branches]
            lines += [f"update refs/heads/{name} {oid}" for name, oid in branches.items()]
            with stdin(self.folder, "".join(f"{line}\n" for line in lines).encode()) as orders:
                git.update_ref("--stdin", istream=orders)

    def push(self, branch: str, new: str | None, old: str | None) -> None:
        """Move the branch of the remote from `old` (None: it isn't there) to `new` (None: it goes).

        Raises RemoteMoved, with nothing done, when it isn't at `old` any more.
        """
        ref = f"refs/heads/{branch}"
        self._far("push", "--porcelain", "--no-verify", f"--force-with-lease={ref}:{old or ''}", self._url,
                  f"{new or ''}:{ref}")  # fmt: skip

    def _near(self) -> Any:
        return command(self.folder)

    def _far(self, verb: str, *words: str) -> str:
        """A git command that talks to the remote. Raises WorkspaceError without the secret in it."""
        git = command(self.folder if self.folder.exists() else self.folder.parent)
        hidden = {name: "" for name in os.environ if name.startswith(TELLING)}
        git.update_environment(**self._environment, **hidden)
        try:
            return str(getattr(git, verb.replace("-", "_"))(*words))
        except GitCommandError as error:
            told = self._redacted(said(error))
            output = f"{error.stdout} {error.stderr}"
            if verb == "push" and STALE.search(output):
                raise RemoteMoved(
                    f"{_branch(words)} was moved by somebody meanwhile: the next pass looks again"
                ) from None
            declined = DECLINED.search(output)
            if declined is not None:
                raise WorkspaceError(
                    f"{self._url} declines {_branch(words)} ({self._redacted(declined[1])}): check its rules for branches"
                ) from None
            raise WorkspaceError(f"git {verb} {self._url}: {told}: {_repair(told)}") from None

    def _redacted(self, text: str) -> str:
        return text.replace(self._secret, "***") if self._secret else text


def origin(folder: Path) -> str:
    """The URL of the remote `origin` of the repository around a folder. Raises WorkspaceError."""
    try:
        return str(command(folder).remote("get-url", "origin"))
    except (GitCommandError, GitCommandNotFound):
        raise WorkspaceError(
            f"{folder} has no remote origin: name the repository's url in [tool.refactorkit.bot]"
        ) from None


def _branch(words: Sequence[str]) -> str:
    return words[-1].rpartition(":refs/heads/")[2]


def _digest(name: str) -> str:
    return hashlib.sha256(os.fsencode(name)).hexdigest()[:20]


def _repair(complaint: str) -> str:
    """What to do when git could not talk to a remote."""
    if any(
        word in complaint for word in ("Authentication", "could not read Username", "403", "401", "denied")
    ):
        return "check what the token or the key may do there"
    if any(word in complaint for word in ("not found", "does not appear", "does not exist")):
        return "check the url"
    return "check the url and the connection"


__all__ = ["SEAL", "Made", "Mirror", "RemoteMoved", "origin", "seal"]
