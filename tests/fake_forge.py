"""A forge that remembers: what GitHub's and GitLab's tests share. Pull requests follow real branches of bare repositories.

It can be told to fail, to wait, and to kill whoever asks, before or after it has done what was asked.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from msgspec import Struct, field

JSON = dict[str, Any]


class Asked(Struct, frozen=True):
    """A request that arrived."""

    method: str
    path: str
    body: JSON
    headers: dict[str, str]


class Answer(Struct):
    """What is sent back."""

    status: int
    body: Any
    headers: dict[str, str] = {}


class Trouble(Struct):
    """What goes wrong with requests whose `METHOD path` a pattern finds, so many times."""

    pattern: str
    answer: Answer | None = None
    is_done: bool = False
    """Whether the request is carried out all the same, before the answer."""
    seconds: float = 0.0
    times: int = 1
    kills: bool = False
    """Whether the process that asks, the fake's `victim`, gets SIGKILL instead of an answer."""


class Pull(Struct):
    """A pull request of the fake."""

    number: int
    head: str
    base: str
    title: str
    body: str
    sha: str
    state: str = "open"
    draft: bool = False
    merged: bool = False
    created: float = 0.0
    labels: list[str] = field(default_factory=list)
    reviewers: list[str] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    milestone: int | None = None


class Ticket(Struct):
    """An issue of the fake."""

    number: int
    title: str
    body: str
    labels: list[str]
    state: str = "open"


class Hosted(Struct):
    """A repository that the fake serves; `bare` is where its branches are."""

    bare: Path
    pulls: dict[int, Pull] = field(default_factory=dict)
    issues: dict[int, Ticket] = field(default_factory=dict)
    comments: dict[int, list[str]] = field(default_factory=dict)
    milestones: list[str] = field(default_factory=list)

    def next_number(self) -> int:
        """The next number of a pull request or an issue."""
        return 1 + len(self.pulls) + len(self.issues)

    def tip(self, branch: str) -> str | None:
        """What a branch holds now."""
        done = subprocess.run(
            ["git", "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}"],
            cwd=self.bare, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.stdout.strip() or None

    def follow(self) -> None:
        """Let open pull requests follow their branches; one whose branch is gone is closed, as forges do."""
        for pull in self.pulls.values():
            if pull.state == "open":
                tip = self.tip(pull.head)
                pull.sha, pull.state = tip or pull.sha, "open" if tip else "closed"

    def open_pulls(self) -> list[Pull]:
        """Those that are open."""
        return [pull for pull in self.pulls.values() if pull.state == "open"]


Route = Callable[["Fake", Hosted, "re.Match[str]", JSON, dict[str, str]], Answer]


class Fake:
    """The state, and the server. A subclass says which paths there are."""

    routes: list[tuple[str, str, Route]] = []
    token = "token-of-the-tests"

    def __init__(self) -> None:
        self.repositories: dict[str, Hosted] = {}
        self.asked: list[Asked] = []
        self.troubles: list[Trouble] = []
        self.victim: Queue[int] = Queue()
        self.lock = threading.RLock()
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def reset(self) -> None:
        """Forget everything."""
        with self.lock:
            self.repositories, self.asked, self.troubles, self.victim = {}, [], [], Queue()

    @property
    def writes(self) -> list[str]:
        """The requests that write, as `METHOD path`."""
        return [f"{asked.method} {asked.path}" for asked in self.asked if asked.method != "GET"]

    @contextmanager
    def serving(self) -> Iterator[Self]:
        """Serve in a thread."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()

    def answer(self, asked: Asked) -> Answer | None:
        """What a request gets; None for no answer at all."""
        line = f"{asked.method} {asked.path}"
        with self.lock:
            self.asked.append(asked)
            trouble = next((t for t in self.troubles if t.times > 0 and re.search(t.pattern, line)), None)
            if trouble is not None:
                trouble.times -= 1
        if trouble is None:
            return self._carried_out(asked)
        made = self._carried_out(asked) if trouble.is_done else None
        if trouble.kills:
            with suppress(ProcessLookupError):
                os.kill(self.victim.get(timeout=10), signal.SIGKILL)
            return None
        time.sleep(trouble.seconds)
        return trouble.answer or made

    def _carried_out(self, asked: Asked) -> Answer:
        if not self.knows(asked.headers):
            return Answer(401, {"message": "Bad credentials"})
        path, _, query = asked.path.partition("?")
        words = {key: values[0] for key, values in parse_qs(query).items()}
        general = self.answered_for_all(path, words)
        if general is not None:
            return general
        for method, pattern, route in self.routes:
            found = re.fullmatch(pattern, path)
            if found is None or method != asked.method:
                continue
            name = unquote(found["name"])
            with self.lock:
                hosted = self.repositories.get(name)
                if hosted is None:
                    return Answer(404, {"message": "Not Found"})
                hosted.follow()
                return route(self, hosted, found, asked.body, words)
        return Answer(404, {"message": f"Not Found: {path}"})

    def answered_for_all(self, path: str, query: dict[str, str]) -> Answer | None:
        """What belongs to no repository; None for what does."""
        return None

    def knows(self, headers: dict[str, str]) -> bool:
        """Whether the token is right."""
        return self.token in headers.get("authorization", "") or headers.get("private-token") == self.token


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, fake: Fake) -> None:
        self.fake = fake
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        size = int(self.headers.get("content-length") or 0)
        raw = self.rfile.read(size)
        headers = {key.lower(): value for key, value in self.headers.items()}
        body = json.loads(raw) if raw else {}
        split = urlsplit(self.path)
        path = split.path + (f"?{split.query}" if split.query else "")
        made = self.server.fake.answer(Asked(self.command, path, body, headers))
        if made is None:
            self.close_connection = True
            return
        data = json.dumps(made.body).encode()
        with suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(made.status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            for name, value in made.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815  (http.server's names)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""
