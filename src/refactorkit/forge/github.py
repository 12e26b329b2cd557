"""GitHub, and GitHub Enterprise, through PyGithub.

PyGithub's own pauses and retries are switched off: it sleeps by the real clock, for as long as it is told, and repeats
writes of which nobody knows whether they were done. `pacing` does that instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import github
import requests
from github.GithubException import GithubException
from github.GithubObject import NotSet

from refactorkit.forge import Fault, ForgeError, Issue, PullRequest, Wanted
from refactorkit.forge.pacing import Pace

API = "https://api.github.com"
ANSWERS = 100
"""Entries on a page of a list, GitHub's most."""
SECONDARY = 60.0
"""Seconds to wait at a secondary rate limit that names none, as GitHub's documentation asks for."""
Answer = TypeVar("Answer")


class GitHubForge:
    """A repository on GitHub. `name` is `owner/name`."""

    opens_furnished = False
    failures: tuple[type[Exception], ...] = (GithubException, requests.RequestException)

    def __init__(self, api: str, name: str, token: str, timeout: float, pace: Pace) -> None:
        self._name = name
        self._pace = pace
        self._client = github.Github(
            auth=github.Auth.Token(token),
            base_url=api,
            timeout=max(1, round(timeout)),
            per_page=ANSWERS,
            retry=None,
            seconds_between_requests=None,
            seconds_between_writes=None,
            lazy=True,
            user_agent="refactorkit",
        )
        self._repository = self._client.get_repo(name)

    def pull_requests(self, head: str) -> Sequence[PullRequest]:
        owner = self._name.partition("/")[0]

        def ask() -> list[PullRequest]:
            listed = self._repository.get_pulls(
                state="all", head=f"{owner}:{head}", sort="created", direction="desc"
            )
            return [_pull_request(pull) for pull in listed if pull.head.ref.casefold() == head.casefold()]

        return sorted(self._read(ask), key=lambda pull: -pull.number)

    def open(self, wanted: Wanted) -> PullRequest:
        return self._write(
            lambda: _pull_request(
                self._repository.create_pull(
                    wanted.base, wanted.head, title=wanted.title, body=wanted.body, draft=wanted.draft
                )
            )
        )

    def furnish(self, number: int, wanted: Wanted) -> None:
        if wanted.reviewers or wanted.team_reviewers:
            pull = self._repository.get_pull(number)
            self._write(
                lambda: pull.create_review_request(list(wanted.reviewers), list(wanted.team_reviewers))
            )
        milestone = self._milestone(wanted.milestone) if wanted.milestone else NotSet
        labels = self._labels(number) if wanted.labels else []
        labels += [label for label in wanted.labels if label not in labels]
        issue = self._repository.get_issue(number)
        self._write(
            lambda: issue.edit(
                body=wanted.body,
                labels=labels or NotSet,
                assignees=list(wanted.assignees) or NotSet,
                milestone=milestone,
            )
        )

    def update(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        base: str | None = None,
        close: bool = False,
    ) -> None:
        pull = self._repository.get_pull(number)
        self._write(
            lambda: pull.edit(
                title=NotSet if title is None else title,
                body=NotSet if body is None else body,
                base=NotSet if base is None else base,
                state="closed" if close else NotSet,
            )
        )

    def comments(self, number: int) -> Sequence[str]:
        issue = self._repository.get_issue(number)
        return self._read(lambda: [comment.body or "" for comment in issue.get_comments()])

    def comment(self, number: int, text: str) -> None:
        issue = self._repository.get_issue(number)
        self._write(lambda: issue.create_comment(text))

    def issues(self, label: str) -> Sequence[Issue]:
        def ask() -> list[Issue]:
            listed = self._repository.get_issues(state="all", labels=[label], sort="created", direction="asc")
            # pull requests are issues too; the attribute that says so would be asked for, one request an issue
            return [_issue(issue) for issue in listed if not issue.html_url.endswith(f"/pull/{issue.number}")]

        return self._read(ask)

    def open_issue(self, title: str, body: str, label: str) -> Issue:
        return self._write(lambda: _issue(self._repository.create_issue(title, body, labels=[label])))

    def update_issue(self, number: int, body: str, close: bool = False) -> None:
        issue = self._repository.get_issue(number)
        self._write(lambda: issue.edit(body=body, state="closed" if close else NotSet))

    def _labels(self, number: int) -> list[str]:
        """The labels that there are: setting labels takes away all others, and somebody may have added some."""
        issue = self._repository.get_issue(number)
        return self._read(lambda: [label.name for label in issue.labels])

    def _milestone(self, title: str) -> Any:
        listed = self._read(lambda: list(self._repository.get_milestones(state="open")))
        for milestone in listed:
            if milestone.title == title:
                return milestone
        raise ForgeError(
            Fault.INVALID, f"{self._name} has no open milestone {title!r}: make it, or correct `milestone`"
        )

    def _read(self, call: Callable[[], Answer]) -> Answer:
        return self._pace.ask(call, self)

    def _write(self, call: Callable[[], Answer]) -> Answer:
        return self._pace.ask(call, self, writes=True)

    def explain(self, error: Exception) -> ForgeError:
        """What an answer means, by https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api."""
        if not isinstance(error, GithubException):
            return ForgeError(
                Fault.UNAVAILABLE,
                f"{self._name}: no answer from the forge ({type(error).__name__}): the next pass tries again",
            )
        status, said = error.status, _said(error.data)
        wait = _wait(error, said, self._pace.clock.now())
        if status in (403, 429) and wait is not None:
            return ForgeError(
                Fault.LIMITED,
                f"{self._name}: the forge asks to wait {round(wait)} s: the next pass goes on",
                wait,
            )
        if status == 401:
            return ForgeError(
                Fault.TOKEN, f"{self._name}: the forge refuses the token: give one that is valid"
            )
        if status == 403:
            return ForgeError(
                Fault.FORBIDDEN,
                f"{self._name}: the token may not do this ({said}): give it write access to contents, issues "
                "and pull requests",
            )
        if status in (404, 410):
            return ForgeError(
                Fault.NOT_FOUND,
                f"{self._name}: the forge finds nothing ({said}): check the name, and what the token may see",
            )
        if status >= 500:
            return ForgeError(
                Fault.UNAVAILABLE, f"{self._name}: the forge answers {status}: the next pass tries again"
            )
        if "pull request already exists" in said:
            return ForgeError(Fault.EXISTS, f"{self._name}: {said}")
        return ForgeError(
            Fault.INVALID, f"{self._name}: the forge doesn't take it ({status} {said}): correct the settings"
        )


def _wait(error: GithubException, said: str, now: float) -> float | None:
    """For how many seconds a limit says to wait; None when it is none."""
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    after = str(headers.get("retry-after", ""))
    if after.isdigit():
        return float(after)
    reset = str(headers.get("x-ratelimit-reset", ""))
    if headers.get("x-ratelimit-remaining") == "0" and reset.isdigit():
        return max(0.0, float(reset) - now) + 1
    return SECONDARY if "rate limit" in said.lower() or error.status == 429 else None


def _said(data: Any) -> str:
    """The message of an error and its details, on one line."""
    if not isinstance(data, dict):
        return "no reason given"
    details = [
        str(entry.get("message") or entry.get("code") or "") if isinstance(entry, dict) else str(entry)
        for entry in data.get("errors") or ()
    ]
    words = [str(data.get("message") or "no reason given"), *(text for text in details if text)]
    return " ".join(": ".join(words).split())[:300]


def _pull_request(pull: Any) -> PullRequest:
    state = "merged" if pull.merged_at is not None else str(pull.state)
    return PullRequest(
        number=pull.number,
        url=pull.html_url,
        head=pull.head.ref,
        head_sha=pull.head.sha,
        base=pull.base.ref,
        title=pull.title,
        body=pull.body or "",
        state=state,
        created=pull.created_at.timestamp(),
    )


def _issue(issue: Any) -> Issue:
    return Issue(
        number=issue.number,
        url=issue.html_url,
        title=issue.title,
        body=issue.body or "",
        is_open=issue.state == "open",
    )


__all__ = ["API", "GitHubForge"]
