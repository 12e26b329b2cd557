"""GitHub as the bot sees it: a stateful fake, and Prism in front of it, which holds both sides to GitHub's contract.

Prism is installed from npm into the cache folder, from the versions that tests/contracts pins.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from fake_forge import JSON, Answer, Fake, Hosted, Pull, Ticket

CONTRACTS = Path(__file__).parent / "contracts"
SPECIFICATION = CONTRACTS / "github.json"
REPOSITORY = r"/repos/(?P<name>[^/]+/[^/]+)"
WHEN = "2026-01-01T00:00:00Z"


@cache
def specification() -> JSON:
    """GitHub's contract, trimmed."""
    found: JSON = json.loads(SPECIFICATION.read_text("utf-8"))
    return found


def example(schema: JSON) -> Any:
    """The smallest value that a schema takes."""
    if "$ref" in schema:
        _, _, kind, name = schema["$ref"].split("/")
        return example(specification()["components"][kind][name])
    if schema.get("nullable"):
        return None
    if "allOf" in schema:
        return {key: value for part in schema["allOf"] for key, value in example(part).items()}
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return example(schema[key][0])
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: example(properties.get(name, {})) for name in schema.get("required", ())}
    formats = {"uri": "https://api.github.com/x", "date-time": WHEN, "email": "a@example.com"}
    values = {"array": [], "string": formats.get(schema.get("format", ""), "x"), "boolean": False}
    return values.get(kind, 1)


@cache
def _blank(name: str) -> str:
    return json.dumps(example({"$ref": f"#/components/schemas/{name}"}))


def blank(name: str) -> JSON:
    """A fresh smallest value of a named schema."""
    found: JSON = json.loads(_blank(name))
    return found


def moment(seconds: float) -> str:
    """A time as GitHub writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def shown(name: str, pull: Pull, schema: str) -> JSON:
    """A pull request as GitHub shows it."""
    url = f"https://api.github.com/repos/{name}/pulls/{pull.number}"
    made = blank(schema)
    made |= {
        "number": pull.number, "url": url, "html_url": f"https://github.com/{name}/pull/{pull.number}",
        "title": pull.title, "body": pull.body, "state": pull.state, "draft": pull.draft,
        "merged_at": WHEN if pull.merged else None, "created_at": moment(pull.created),
        "labels": [],
    }  # fmt: skip
    made["head"] |= {"ref": pull.head, "sha": pull.sha}
    made["base"] |= {"ref": pull.base}
    return made


def label(name: str) -> JSON:
    """A label of an issue."""
    url = f"https://api.github.com/labels/{name}"
    return {
        "id": 1,
        "node_id": "x",
        "url": url,
        "name": name,
        "color": "ededed",
        "default": False,
        "description": None,
    }


def ticket(name: str, issue: Ticket | Pull) -> JSON:
    """An issue, or a pull request as one."""
    made = blank("issue")
    made |= {
        "number": issue.number, "title": issue.title, "body": issue.body, "state": issue.state,
        "url": f"https://api.github.com/repos/{name}/issues/{issue.number}",
        "html_url": f"https://github.com/{name}/issues/{issue.number}", "labels": [label(name) for name in issue.labels],
    }  # fmt: skip
    if isinstance(issue, Pull):
        made["pull_request"] = dict.fromkeys(("merged_at", "diff_url", "html_url", "patch_url", "url"))
    return made


def list_pulls(fake: Fake, hosted: Hosted, found: re.Match[str], body: JSON, query: dict[str, str]) -> Answer:
    """GET /pulls: the filter by head is exact, as GitHub's is."""
    owner = found["name"].partition("/")[0]
    wanted = [
        pull
        for pull in hosted.pulls.values()
        if query.get("state", "open") in ("all", pull.state)
        and query.get("head") in (None, f"{owner}:{pull.head}")
    ]
    wanted.sort(key=lambda pull: pull.number, reverse=query.get("direction", "desc") == "desc")
    return Answer(200, [shown(found["name"], pull, "pull-request-simple") for pull in wanted])


def invalid(message: str) -> Answer:
    """What GitHub says to what it can't take."""
    return Answer(
        422,
        {
            "message": "Validation Failed",
            "documentation_url": "https://docs.github.com",
            "errors": [{"resource": "PullRequest", "code": "custom", "message": message}],
        },
    )


def create_pull(fake: Fake, hosted: Hosted, found: re.Match[str], body: JSON, _: dict[str, str]) -> Answer:
    """POST /pulls."""
    tip = hosted.tip(body["head"])
    if tip is None or hosted.tip(body["base"]) is None:
        return invalid("head is invalid")
    if any(p.head == body["head"] and p.base == body["base"] for p in hosted.open_pulls()):
        return invalid(f"A pull request already exists for {found['name'].partition('/')[0]}:{body['head']}.")
    pull = Pull(
        number=hosted.next_number(), head=body["head"], base=body["base"], title=body["title"],
        body=body.get("body") or "", sha=tip, draft=body.get("draft", False), created=time.time(),
    )  # fmt: skip
    hosted.pulls[pull.number] = pull
    return Answer(201, shown(found["name"], pull, "pull-request"))


def edit_pull(fake: Fake, hosted: Hosted, found: re.Match[str], body: JSON, _: dict[str, str]) -> Answer:
    """PATCH /pulls/N."""
    pull = hosted.pulls[int(found["number"])]
    pull.title, pull.body = body.get("title", pull.title), body.get("body", pull.body)
    pull.state, pull.base = body.get("state", pull.state), body.get("base", pull.base)
    return Answer(200, shown(found["name"], pull, "pull-request"))


def ask_reviewers(fake: Fake, hosted: Hosted, found: re.Match[str], body: JSON, _: dict[str, str]) -> Answer:
    """POST /pulls/N/requested_reviewers."""
    pull = hosted.pulls[int(found["number"])]
    named = [*body.get("reviewers", []), *body.get("team_reviewers", [])]
    if "nobody" in named:
        return invalid("Reviews may only be requested from collaborators.")
    pull.reviewers = sorted({*pull.reviewers, *named})
    return Answer(201, shown(found["name"], pull, "pull-request-simple"))


def list_issues(
    fake: Fake, hosted: Hosted, found: re.Match[str], body: JSON, query: dict[str, str]
) -> Answer:
    """GET /issues: pull requests are among them, as on GitHub."""
    both: list[Ticket | Pull] = [*hosted.issues.values(), *hosted.pulls.values()]
    labels = set(filter(None, query.get("labels", "").split(",")))
    wanted = [
        issue for issue in both if query.get("state") in ("all", issue.state) and labels <= set(issue.labels)
    ]
    return Answer(200, [ticket(found["name"], issue) for issue in sorted(wanted, key=lambda i: i.number)])


def create_issue(fake: Fake, hosted: Hosted, found: re.Match[str], body: JSON, _: dict[str, str]) -> Answer:
    """POST /issues."""
    issue = Ticket(hosted.next_number(), body["title"], body.get("body") or "", list(body.get("labels", [])))
    hosted.issues[issue.number] = issue
    return Answer(201, ticket(found["name"], issue))


def show_issue(fake: Fake, hosted: Hosted, found: re.Match[str], body: JSON, _: dict[str, str]) -> Answer:
    """GET /issues/N."""
    number = int(found["number"])
    return Answer(200, ticket(found["name"], hosted.issues.get(number) or hosted.pulls[number]))


def edit_issue(fake: Fake, hosted: Hosted, found: re.Match[str], body: JSON, _: dict[str, str]) -> Answer:
    """PATCH /issues/N."""
    number = int(found["number"])
    issue = hosted.issues.get(number) or hosted.pulls[number]
    issue.title, issue.body = body.get("title", issue.title), body.get("body", issue.body)
    issue.state, issue.labels = body.get("state", issue.state), list(body.get("labels", issue.labels))
    if isinstance(issue, Pull):
        issue.assignees = list(body.get("assignees", issue.assignees))
        issue.milestone = body.get("milestone", issue.milestone)
    return Answer(200, ticket(found["name"], issue))


def list_comments(fake: Fake, hosted: Hosted, found: re.Match[str], body: JSON, _: dict[str, str]) -> Answer:
    """GET /issues/N/comments."""
    listed = hosted.comments.get(int(found["number"]), [])
    return Answer(200, [blank("issue-comment") | {"body": text} for text in listed])


def create_comment(fake: Fake, hosted: Hosted, found: re.Match[str], body: JSON, _: dict[str, str]) -> Answer:
    """POST /issues/N/comments."""
    hosted.comments.setdefault(int(found["number"]), []).append(body["body"])
    return Answer(201, blank("issue-comment") | {"body": body["body"]})


def list_milestones(
    fake: Fake, hosted: Hosted, found: re.Match[str], body: JSON, _: dict[str, str]
) -> Answer:
    """GET /milestones."""
    listed = [blank("milestone") | {"title": t, "number": n} for n, t in enumerate(hosted.milestones, 1)]
    return Answer(200, listed)


class FakeGitHub(Fake):
    """GitHub's paths."""

    routes = [
        ("GET", rf"{REPOSITORY}/pulls", list_pulls),
        ("POST", rf"{REPOSITORY}/pulls", create_pull),
        ("PATCH", rf"{REPOSITORY}/pulls/(?P<number>\d+)", edit_pull),
        ("POST", rf"{REPOSITORY}/pulls/(?P<number>\d+)/requested_reviewers", ask_reviewers),
        ("GET", rf"{REPOSITORY}/issues", list_issues),
        ("POST", rf"{REPOSITORY}/issues", create_issue),
        ("GET", rf"{REPOSITORY}/issues/(?P<number>\d+)", show_issue),
        ("PATCH", rf"{REPOSITORY}/issues/(?P<number>\d+)", edit_issue),
        ("GET", rf"{REPOSITORY}/issues/(?P<number>\d+)/comments", list_comments),
        ("POST", rf"{REPOSITORY}/issues/(?P<number>\d+)/comments", create_comment),
        ("GET", rf"{REPOSITORY}/milestones", list_milestones),
    ]


class PrismUnavailable(Exception):
    """Prism can't be had here; the message says why."""


def prism() -> Path:
    """The program, installed when it isn't yet. Raises PrismUnavailable."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    lock = (CONTRACTS / "package-lock.json").read_bytes()
    folder = root / "refactorkit-contracts" / hashlib.sha256(lock).hexdigest()[:16]
    program = folder / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    if program.is_file() and (folder / "complete").is_file():
        return program
    if shutil.which("npm") is None or shutil.which("node") is None:
        raise PrismUnavailable("node and npm are not installed: GitHub's contract can't be checked")
    making = folder.with_name(f"{folder.name}-{os.getpid()}")
    making.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(CONTRACTS / name, making / name)
    install = ["npm", "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(install, cwd=making, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        shutil.rmtree(making)
        raise PrismUnavailable(
            f"npm can't install Prism: {(done.stderr.strip() or 'no reason given').splitlines()[-1]}"
        )
    (making / "complete").touch()
    if not (folder / "complete").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        try:
            making.rename(folder)
        except OSError:  # another test process was faster
            shutil.rmtree(making)
    return program


@contextmanager
def contract(upstream: str) -> Iterator[str]:
    """The URL of a Prism that passes what keeps the contract on to `upstream` and back. Raises PrismUnavailable."""
    program = prism()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = subprocess.Popen(
        ["node", str(program), "proxy", "--errors", "-h", "127.0.0.1", "-p", str(port), str(SPECIFICATION), upstream],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(url, timeout=5).close()
            except urllib.error.HTTPError:
                break
            except OSError:
                if started.poll() is not None:
                    raise PrismUnavailable(f"Prism ended with {started.returncode}") from None
                time.sleep(0.1)
        else:
            raise PrismUnavailable("Prism did not start within a minute")
        yield url
    finally:
        started.terminate()
        started.wait(30)
