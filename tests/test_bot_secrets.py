"""The token is in no command line, file, remote, message or report; and remotes are reached over https and ssh."""

from __future__ import annotations

import base64
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot_world import FILES, World
from fake_forge import Answer, Trouble
from fake_github import FakeGitHub
from git_wrapper import GitWrapper
from repositories import CommandLine, Repository, spawn

TOKEN = FakeGitHub.token


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitWrapper:
    """Every `git` from here on."""
    made = GitWrapper(tmp_path / "git-wrapper")
    monkeypatch.setenv("PATH", f"{made.folder}{os.pathsep}{os.environ['PATH']}")
    return made


class GitOverHttp(BaseHTTPRequestHandler):
    """git's own http-backend behind a password (https://git-scm.com/docs/git-http-backend)."""

    protocol_version = "HTTP/1.0"
    root = Path()

    def do_GET(self) -> None:
        """A request of a client."""
        expected = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
        if self.headers.get("authorization") != f"Basic {expected}":
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
            self.end_headers()
            return
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        variables = {
            "GIT_PROJECT_ROOT": str(self.root), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path, "QUERY_STRING": query,
            "REQUEST_METHOD": self.command, "REMOTE_USER": "bot", "CONTENT_TYPE": self.headers.get("content-type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("content-encoding", ""), "CONTENT_LENGTH": str(len(body)),
            "GIT_PROTOCOL": self.headers.get("git-protocol", ""), "PATH": os.environ["PATH"],
        }  # fmt: skip
        done = subprocess.run(
            ["git", "http-backend"], input=body, env=variables, capture_output=True, check=True
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        fields = [line.split(": ", 1) for line in head.decode().split("\r\n")]
        status = next((int(value[:3]) for name, value in fields if name == "Status"), 200)
        self.send_response(status)
        for name, value in fields:
            if name != "Status":
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815  (http.server's names)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def served(root: Path) -> Iterator[str]:
    """The URL below which the bare repositories of a folder are."""
    handler = type("Handler", (GitOverHttp,), {"root": root})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def held(folder: Path) -> list[Path]:
    """The files in which the token stands, in plain or as a header has it."""
    shapes = [TOKEN.encode(), base64.b64encode(f"x-access-token:{TOKEN}".encode())]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(shape in path.read_bytes() for shape in shapes)]


def test_the_token_passes_to_git_over_http_and_is_found_nowhere(
    world: World, git: GitWrapper, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    remote = world.remote()
    remote.bare.git("config", "http.receivepack", "true")
    bare = remote.hosted.bare
    printer = "import os; print(*os.environ.values()); print(open('/proc/self/cmdline').read())"
    world.settings["verify"] = (
        f'python3 -c "{printer}" > {tmp_path}/environment; test -s {tmp_path}/environment'
    )
    with served(bare.parent.parent) as url:
        world.urls[remote.name] = f"{url}/acme/one.git"
        rows = world.run()
        assert [row["state"] for row in rows] == ["opened"]
        remote.commit({"README.md": f"{TOKEN[:5]}\n"})
        world.fake.troubles = [Trouble("PATCH .*/pulls/", Answer(403, {"message": f"{TOKEN} is not enough"}))]
        rows += world.run(code=3)
        board = remote.board
        world.fake.troubles = []
        text = world.text()
    assert "\\*\\*\\* is not enough" in board
    told = repr(rows) + board + text + repr(capfd.readouterr()) + repr(remote.hosted)
    assert "*** is not enough" in told
    assert TOKEN not in told
    assert "push --porcelain" in git.log
    assert held(tmp_path) == []
    assert (tmp_path / "environment").read_text()


def test_no_token_is_left_in_the_environment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.remote()
    for name in ("GH_TOKEN", "GITLAB_TOKEN"):
        monkeypatch.setenv(name, "another")
    world.fake.troubles = [Trouble("GET .*/pulls", Answer(403, {"message": "another"}))]
    (row,) = world.run(code=3)
    assert "(***)" in row["detail"]
    assert not [name for name in os.environ if name.endswith("_TOKEN")]


def test_a_wrong_token_is_one_line_without_it(world: World, git: GitWrapper, tmp_path: Path) -> None:
    remote = world.remote()
    with served(remote.hosted.bare.parent.parent) as url:
        world.urls[remote.name] = f"{url}/acme/one.git"
        world.token = "token-that-is-wrong"
        (row,) = world.run(code=3)
    assert "check what the token or the key may do there" in row["detail"]
    assert "token-that-is-wrong" not in repr(row) + git.log
    assert list(remote.branches()) == ["main"]


def test_a_remote_over_ssh(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remote = world.remote()
    ssh = tmp_path / "ssh"
    ssh.write_text('#!/bin/sh\necho "$@" >> "$0.log"\nfor last; do :; done\nexec sh -c "$last"\n')
    ssh.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    monkeypatch.setenv("GIT_SSH_VARIANT", "simple")
    world.urls[remote.name] = f"ssh://git@forge.example{remote.hosted.bare}"
    assert world.states() == ["opened"]
    assert world.states() == ["unchanged"]
    log = Path(f"{ssh}.log").read_text()
    assert "git@forge.example git-receive-pack" in log
    assert TOKEN not in log


ERRORS = {
    'url = "https://me:secret@github.com/a/b"': "the url of a repository on github.com holds a user or a password: take it out",
    'url = "https://secret@github.com/a/b"': "the url of a repository on github.com holds a user or a password: take it out",
    'url = "http://github.com/a/b"': "http://github.com/a/b: a token is sent over https only: write https://",
    'url = "git://github.com/a/b"': "git://github.com/a/b: remotes are reached over https or ssh: write such a URL",
    'url = "https://github.com/a/b"\napi = "http://evil.example"': "https://github.com/a/b: api = 'http://evil.example': a token is",
    'url = "https://forge.example/a/b"': "https://forge.example/a/b: which forge this is can't be told: set forge to github or gitlab",
    'url = "https://github.com/b"': "https://github.com/b: 'b' is no name of a repository: set name to owner/name",
    'url = "/srv/b.git"\nforge = "github"': "/srv/b.git doesn't tell the repository's name on the forge: set name",
    'url = "/srv/b.git"\nforge = "github"\nname = "a/b"': "/srv/b.git doesn't tell where the forge is: set api",
    'url = "https://github.com/a/b"\ntoken-env = "MINE"': "there is no token for https://github.com/a/b: set MINE in the environment",
    'url = "https://gitlab.com/a/b/c"': "there is no token for https://gitlab.com/a/b/c: set REFACTORKIT_GITLAB_TOKEN or GITLAB_TOKEN or",
    'url = ""': "{file}: repository 1 has no url: name the repository's",
    'url = "u"\nlabls = ["x"]': "{file}: Object contains unknown field `labls` - at `$.repositories[0]`: correct it",
    'url = "u"\nmax-files = 0': "{file}: repository 1: max-files is 0: it takes 1 to 1000",
    'url = "u"\nshard-depth = 0': "{file}: repository 1: shard-depth is 0: it takes 1 or more",
    'url = "u"\nauthor-name = "<x>"': "{file}: repository 1: author-name is '<x>': write it without quotes",
    'url = "u"\ncodemods = []': "{file}: repository 1 names no codemods: write codemods = ",
    '[[repositories]]\nurl = "https://github.com/a/b"\n[[repositories]]\nurl = "git@github.com:A/b.git"': "b is listed twice: list it once",
    "[[": "{file} is not valid TOML (",
}  # fmt: skip


@pytest.mark.parametrize("text", ERRORS)
def test_a_campaign_that_cannot_be_run_is_one_line(
    refactorkit: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    for name in [name for name in os.environ if name.endswith("_TOKEN")]:
        monkeypatch.delenv(name)
    if "listed twice" in ERRORS[text]:
        monkeypatch.setenv("GITHUB_TOKEN", "x")
    path = tmp_path / "campaign.toml"
    path.write_text(
        'codemods = ["http-url"]\n' + ("" if text.startswith("[[") else "[[repositories]]\n") + text
    )
    result = refactorkit("bot", "run", "--campaign", str(path))
    assert (result.code, result.out) == (2, "")
    assert ERRORS[text].format(file=path) in result.complaint
    assert "secret" not in result.complaint


def test_without_a_campaign_or_settings_it_says_what_to_write(tmp_path: Path) -> None:
    result = spawn("bot", "run", cwd=tmp_path)
    assert (result.code, result.out) == (2, "")
    assert result.complaint == "there is no [tool.refactorkit.bot] here: write one, or pass --campaign FILE"


def test_the_names_of_hosts_say_which_forge_it_is() -> None:
    from refactorkit.campaign import Target
    from refactorkit.forge.opening import Token, place

    found = [
        place(Target(url=url, forge=forge))  # type: ignore[arg-type]
        for url, forge in (
            ("https://github.com/a/b.git", None),
            ("git@github.com:a/b.git", None),
            ("ssh://git@gitlab.example.com:2222/a/b/c.git", None),
            ("https://code.example.com/a/b", "github"),
        )
    ]
    assert [(where.kind, where.api, where.name) for where in found] == [
        ("github", "https://api.github.com", "a/b"),
        ("github", "https://api.github.com", "a/b"),
        ("gitlab", "https://gitlab.example.com", "a/b/c"),
        ("github", "https://code.example.com/api/v3", "a/b"),
    ]
    assert "secret" not in f"{Token('secret', 'X')!r} {Token('secret', 'X')}"
    assert FILES


def test_the_bots_settings_are_checked_in_every_run(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit({"a.py": "x = 1\n", "pyproject.toml": "[tool.refactorkit.bot]\nlabls = ['x']\n"})
    result = refactorkit("apply", "http-url", ".")
    assert (result.code, result.out) == (2, "")
    assert "contains unknown field `labls` - at `$.bot`" in result.complaint
