"""Keep one comment on a pull request up to date: what the action's last step but one runs. Needs nothing but Python.

From the environment: GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_SERVER_URL and GITHUB_RUN_ID as GitHub sets them;
GH_TOKEN; PULL_REQUEST, its number; MARKDOWN, the report's file; WORTH_SAYING, `true` unless there is nothing to tell,
when a comment is updated but none is begun; COMMENT_KEY, to tell the comments of several uses apart.

https://docs.github.com/en/rest/issues/comments
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterator, Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

PAGE = 100
MOST_PAGES = 100
TRIES = 3


class _NoRedirects(HTTPRedirectHandler):
    """A redirect would carry the token to another place."""

    def redirect_request(self, *args: Any) -> None:
        return None


class Forge:
    """The comments of one pull request. Every method raises HTTPError for an answer that is none, OSError without one."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._api = environment["GITHUB_API_URL"].rstrip("/")
        self._issues = f"/repos/{environment['GITHUB_REPOSITORY']}/issues"
        self._number = environment["PULL_REQUEST"]
        self._token = environment["GH_TOKEN"]
        self._opener = build_opener(_NoRedirects())

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "User-Agent": "refactorkit",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        data = None if body is None else json.dumps(body).encode()
        request = Request(self._api + path, data, headers, method=method)
        with self._opener.open(request, timeout=30) as answer:
            return json.load(answer)

    def comments(self) -> Iterator[dict[str, Any]]:
        """All comments, the oldest first."""
        for number in range(1, MOST_PAGES + 1):
            page = self._ask("GET", f"{self._issues}/{self._number}/comments?per_page={PAGE}&page={number}")
            yield from page
            if len(page) < PAGE:
                return

    def own(self, mark: str) -> int | None:
        """The id of the comment that begins with the mark and that a program, or this token's user, wrote.

        Anybody can write the mark into a comment, so a person's is left alone.
        """
        marked = [c for c in self.comments() if (c.get("body") or "").startswith(mark)]
        for comment in marked:
            if (comment.get("user") or {}).get("type") == "Bot":
                return int(comment["id"])
        if not marked:
            return None
        try:
            login = self._ask("GET", "/user")["login"]
        except HTTPError as error:
            if error.code not in (401, 403, 404):
                raise
            return None  # a token of the action itself belongs to no user
        return next((int(c["id"]) for c in marked if (c.get("user") or {}).get("login") == login), None)

    def update(self, comment: int, text: str) -> str:
        """Give a comment another text; its address."""
        return str(self._ask("PATCH", f"{self._issues}/comments/{comment}", {"body": text}).get("html_url"))

    def begin(self, text: str) -> str:
        """A new comment; its address."""
        return str(
            self._ask("POST", f"{self._issues}/{self._number}/comments", {"body": text}).get("html_url")
        )


def marked(report: str, key: str) -> tuple[str, str]:
    """The hidden first line by which the comment is found again, and the report with it. Raises ValueError."""
    mark, _, rest = report.partition("\n")
    if key:
        if not re.fullmatch(r"[\w.-]+", key):
            raise ValueError(
                "comment-key may hold letters, digits, dots, dashes and underscores: choose another"
            )
        mark = f"<!-- refactorkit: {key} -->"
    return mark, f"{mark}\n{rest}"


def publish(environment: Mapping[str, str]) -> str:
    """Update the comment or begin it; says in one line what was done."""
    mark, text = marked(Path(environment["MARKDOWN"]).read_text("utf-8"), environment.get("COMMENT_KEY", ""))
    if "GITHUB_RUN_ID" in environment:
        place = f"{environment['GITHUB_SERVER_URL']}/{environment['GITHUB_REPOSITORY']}"
        text += f"\nFrom [this run]({place}/actions/runs/{environment['GITHUB_RUN_ID']}).\n"
    forge = Forge(environment)
    comment = forge.own(mark)
    if comment is not None:
        return f"updated {forge.update(comment, text)}"
    if environment.get("WORTH_SAYING") == "false":
        return "there is nothing to say, and no comment yet"
    return f"began {forge.begin(text)}"


def main(environment: Mapping[str, str]) -> int:
    """Publish, with patience for a forge that is busy; the exit code. A token that may not write is no failure."""
    for attempt in range(TRIES):
        try:
            print(f"refactorkit: {publish(environment)}")
            return 0
        except HTTPError as error:
            if error.code in (401, 403, 404):
                print(
                    f"::notice title=refactorkit::No comment was written ({error.code}): give the job "
                    "`permissions: pull-requests: write`. A pull request from a fork can't have that; "
                    "the job summary has the report"
                )
                return 0
            problem = f"the forge answered {error.code}"
            if error.code < 500:
                break
        except ValueError as error:
            problem = str(error)
            break
        except (OSError, HTTPException) as error:
            problem = f"the forge can't be reached ({error})"
        if attempt + 1 < TRIES:
            time.sleep(float(environment.get("REFACTORKIT_PATIENCE", "2")) * (attempt + 1))
    problem = " ".join(problem.split()).replace("%", "%25")
    print(f"::error title=refactorkit::No comment was written: {problem}")
    return 1


if __name__ == "__main__":
    sys.exit(main(os.environ))
