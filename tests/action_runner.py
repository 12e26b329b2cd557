"""Runs a composite action's steps in order as GitHub's runner does, and a forge that keeps comments in memory.

Of the expression language it knows what action.yml uses: contexts, strings, `==`, `!=`, `&&` and `||`
(https://docs.github.com/en/actions/reference/workflows-and-actions/expressions). Steps with `uses` are recorded.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

TOKEN = re.compile(r"\s*(?:'(?P<text>(?:[^']|'')*)'|(?P<sign>==|!=|&&|\|\||[()])|(?P<name>[\w.-]+))")


class Step(msgspec.Struct, frozen=True):
    """What became of one step."""

    name: str
    ran: bool
    code: int = 0
    out: str = ""
    given: dict[str, str] = {}
    """What a step with `uses` was given."""


def evaluated(expression: str, contexts: Mapping[str, Any]) -> Any:
    """The value of an expression."""
    words = list(TOKEN.finditer(expression.strip()))
    assert "".join(m.group() for m in words) == expression.strip(), expression
    tokens = [(m.lastgroup, m.group(m.lastgroup or 0)) for m in words]

    def primary() -> Any:
        kind, text = tokens.pop(0)
        if kind == "text":
            return text.replace("''", "'")
        if text == "(":
            value = any_of()
            assert tokens.pop(0)[1] == ")"
            return value
        value = contexts
        for part in text.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return value

    def compared() -> Any:
        left = primary()
        if tokens and tokens[0][1] in ("==", "!="):
            is_negated = tokens.pop(0)[1] == "!="
            return (_plain(left) == _plain(primary())) != is_negated
        return left

    def all_of() -> Any:
        value = compared()
        while tokens and tokens[0][1] == "&&":
            tokens.pop(0)
            other = compared()
            value = value and other
        return value

    def any_of() -> Any:
        value = all_of()
        while tokens and tokens[0][1] == "||":
            tokens.pop(0)
            other = all_of()
            value = value or other
        return value

    found = any_of()
    assert not tokens, expression
    return found


def _plain(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def filled(text: str, contexts: Mapping[str, Any]) -> str:
    """The text with its `${{ }}` replaced."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda m: _plain(evaluated(m[1], contexts)), text)


class Runner:
    """One job: its folders, its event, and what it hands from step to step."""

    def __init__(
        self, action: Path, workspace: Path, temporary: Path, event: dict[str, Any], api: str
    ) -> None:
        self.action = msgspec.yaml.decode((action / "action.yml").read_bytes())
        self.temporary = temporary
        self.summary = temporary / "summary.md"
        self._workspace = workspace
        self._event = event
        self._variables = {
            "GITHUB_ACTIONS": "true", "GITHUB_ACTION_PATH": str(action), "GITHUB_API_URL": api,
            "GITHUB_EVENT_NAME": event["name"], "GITHUB_REPOSITORY": "owner/project", "GITHUB_RUN_ID": "77",
            "GITHUB_SHA": event["sha"],
            "GITHUB_SERVER_URL": "https://forge.example", "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_WORKSPACE": str(workspace), "RUNNER_TEMP": str(temporary),
        }  # fmt: skip

    def run(self, **inputs: str) -> list[Step]:
        """Run the action; a step that fails ends it. `-` in a name of an input is written as `_`."""
        given = {name: str(about.get("default", "")) for name, about in self.action["inputs"].items()}
        github = {
            "token": "secret-token",
            "repository": "owner/project",
            **self._event,
            "event_name": self._event["name"],
        }
        contexts: dict[str, Any] = {"github": github, "steps": {}}
        contexts["inputs"] = {name: filled(value, contexts) for name, value in given.items()}
        contexts["inputs"] |= {name.replace("_", "-"): value for name, value in inputs.items()}
        done: list[Step] = []
        for number, step in enumerate(self.action["runs"]["steps"]):
            done.append(self._step(step, number, contexts))
            if done[-1].code:
                break
        return done

    def _step(self, step: dict[str, Any], number: int, contexts: dict[str, Any]) -> Step:
        if "if" in step and not evaluated(step["if"], contexts):
            return Step(step["name"], ran=False)
        if "uses" in step:
            given = {name: filled(value, contexts) for name, value in step["with"].items()}
            return Step(step["name"], ran=True, given=given, out=step["uses"])
        output = self.temporary / f"output-{number}"
        output.write_text("")
        script = self.temporary / f"step-{number}.sh"
        script.write_text(filled(step["run"], contexts))
        variables = {name: filled(value, contexts) for name, value in step.get("env", {}).items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            cwd=self._workspace, capture_output=True, text=True, check=False,
            env={**os.environ, **self._variables, "GITHUB_OUTPUT": str(output), **variables},
        )  # fmt: skip
        pairs = dict(line.split("=", 1) for line in output.read_text().splitlines())
        contexts["steps"][step.get("id", number)] = {"outputs": pairs}
        return Step(step["name"], ran=True, code=done.returncode, out=done.stdout + done.stderr)


class Comments:
    """The comments of a pull request as a forge keeps them, and what it was asked."""

    def __init__(self) -> None:
        self.kept: list[dict[str, Any]] = []
        self.asked: list[tuple[str, str]] = []
        self.tokens: set[str | None] = set()
        self.answers: list[int] = []
        """Statuses with which the next requests are answered instead."""
        self.user: str | None = None
        """Whom the token belongs to; None for a program."""

    def add(self, body: str, login: str, kind: str) -> dict[str, Any]:
        """A comment by somebody."""
        number = 1000 + len(self.kept)
        comment = {"id": number, "body": body, "user": {"login": login, "type": kind}, "html_url": f"https://forge.example/c/{number}"}  # fmt: skip
        self.kept.append(comment)
        return comment

    def answer(self, method: str, target: str, body: Any) -> tuple[int, Any]:
        """The status and the document for a request."""
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        self.asked.append((method, path))
        if self.answers:
            return self.answers.pop(0), {"message": "no"}
        mine = (self.user or "github-actions[bot]", "User" if self.user else "Bot")
        if path == "/api/user":
            return (200, {"login": self.user}) if self.user else (403, {"message": "not for integrations"})
        if path == "/api/repos/owner/project/issues/5/comments":
            if method == "POST":
                return 201, self.add(body["body"], *mine)
            size, number = int(query["per_page"][0]), int(query["page"][0])
            return 200, self.kept[size * (number - 1) : size * number]
        for comment in self.kept:
            if method == "PATCH" and path == f"/api/repos/owner/project/issues/comments/{comment['id']}":
                comment["body"] = body["body"]
                return 200, comment
        return 404, {"message": "not found"}


@contextmanager
def serving(comments: Comments) -> Iterator[str]:
    """The address of the forge's interface while it runs."""

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            comments.tokens.add(self.headers["Authorization"])
            status, document = comments.answer(
                self.command, self.path, json.loads(self.rfile.read(length) or b"null")
            )
            data = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = _any  # noqa: N815  (what the library calls)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
