"""GitLab, its own and installations elsewhere, through python-gitlab."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import gitlab
import requests
from gitlab.exceptions import GitlabError

from refactorkit.forge import Fault, ForgeError, Issue, PullRequest, Wanted
from refactorkit.forge.pacing import Pace

ANSWERS = 100
"""Entries on a page of a list, GitLab's most."""
PAUSE = 60.0
"""Seconds to wait at a limit that names none."""
DRAFT = "Draft: "
"""How the title of a draft begins (https://docs.gitlab.com/user/project/merge_requests/drafts/)."""
OUR_PACE: dict[str, Any] = {"obey_rate_limit": False, "max_retries": 0}
"""python-gitlab would sleep by itself, and repeat writes."""
STATES = {"opened": "open", "locked": "open"}
Answer = TypeVar("Answer")


class GitLabForge:
    """A project on GitLab. `name` is its whole path."""

    opens_furnished = True
    failures: tuple[type[Exception], ...] = (GitlabError, requests.RequestException)

    def __init__(
        self, api: str, name: str, token: str, timeout: float, pace: Pace, is_job: bool = False
    ) -> None:
        self._name = name
        self._pace = pace
        self._headers: dict[str, str] = {}
        self._client = gitlab.Gitlab(
            api,
            private_token=None if is_job else token,
            job_token=token if is_job else None,
            timeout=timeout,
            per_page=ANSWERS,
            user_agent="refactorkit",
        )
        # python-gitlab's errors don't carry the headers, and one of them says how long to wait
        self._client.session.hooks["response"].append(self._keep_headers)
        self._project: Any = self._client.projects.get(name, lazy=True)

    def _keep_headers(self, response: requests.Response, *_: Any, **__: Any) -> None:
        self._headers = {key.lower(): value for key, value in response.headers.items()}

    def pull_requests(self, head: str) -> Sequence[PullRequest]:
        def ask() -> list[PullRequest]:
            listed = self._project.mergerequests.list(
                source_branch=head, state="all", order_by="created_at", sort="desc", get_all=True, **OUR_PACE
            )
            return [
                _pull_request(request)
                for request in listed
                if request.source_branch.casefold() == head.casefold()
                and request.source_project_id == request.target_project_id  # not one from a fork
            ]

        return sorted(self._read(ask), key=lambda pull: -pull.number)

    def open(self, wanted: Wanted) -> PullRequest:
        table: dict[str, Any] = {
            "source_branch": wanted.head,
            "target_branch": wanted.base,
            "title": (DRAFT if wanted.draft else "") + wanted.title,
            "description": wanted.body,
            **self._furniture(wanted),
        }
        return self._write(lambda: _pull_request(self._project.mergerequests.create(table, **OUR_PACE)))

    def furnish(self, number: int, wanted: Wanted) -> None:
        self._change(number, {"description": wanted.body, **self._furniture(wanted)})

    def update(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        base: str | None = None,
        close: bool = False,
    ) -> None:
        table = {"title": title, "description": body, "target_branch": base}
        table["state_event"] = "close" if close else None
        self._change(number, {key: value for key, value in table.items() if value is not None})

    def _change(self, number: int, table: dict[str, Any]) -> None:
        self._write(lambda: self._project.mergerequests.update(number, table, **OUR_PACE))

    def comments(self, number: int) -> Sequence[str]:
        request = self._project.mergerequests.get(number, lazy=True)
        return self._read(lambda: [note.body for note in request.notes.list(get_all=True, **OUR_PACE)])

    def comment(self, number: int, text: str) -> None:
        request = self._project.mergerequests.get(number, lazy=True)
        self._write(lambda: request.notes.create({"body": text}, **OUR_PACE))

    def issues(self, label: str) -> Sequence[Issue]:
        def ask() -> list[Issue]:
            listed = self._project.issues.list(
                labels=[label], state="all", order_by="created_at", sort="asc", get_all=True, **OUR_PACE
            )
            return [_issue(issue) for issue in listed]

        return self._read(ask)

    def open_issue(self, title: str, body: str, label: str) -> Issue:
        table = {"title": title, "description": body, "labels": label}
        return self._write(lambda: _issue(self._project.issues.create(table, **OUR_PACE)))

    def update_issue(self, number: int, body: str, close: bool = False) -> None:
        table = {"description": body, **({"state_event": "close"} if close else {})}
        self._write(lambda: self._project.issues.update(number, table, **OUR_PACE))

    def _furniture(self, wanted: Wanted) -> dict[str, Any]:
        """Labels, reviewers, assignees and milestone as the API takes them: people and milestones by their ids."""
        table: dict[str, Any] = {}
        if wanted.team_reviewers:
            raise ForgeError(
                Fault.INVALID, f"{self._name}: GitLab knows no team-reviewers: name people in `reviewers`"
            )
        if wanted.labels:
            table["labels"] = ",".join(wanted.labels)
        if wanted.reviewers:
            table["reviewer_ids"] = [self._person(name) for name in wanted.reviewers]
        if wanted.assignees:
            table["assignee_ids"] = [self._person(name) for name in wanted.assignees]
        if wanted.milestone:
            table["milestone_id"] = self._milestone(wanted.milestone)
        return table

    def _person(self, name: str) -> int:
        found = self._read(
            lambda: [user.id for user in self._client.users.list(username=name, get_all=True, **OUR_PACE)]
        )
        if not found:
            raise ForgeError(
                Fault.INVALID, f"{self._name}: GitLab knows no {name!r}: correct `reviewers` or `assignees`"
            )
        return int(found[0])

    def _milestone(self, title: str) -> int:
        def ask() -> list[int]:
            listed = self._project.milestones.list(title=title, state="active", get_all=True, **OUR_PACE)
            return [milestone.id for milestone in listed]

        found = self._read(ask)
        if not found:
            raise ForgeError(
                Fault.INVALID,
                f"{self._name} has no active milestone {title!r}: make it, or correct `milestone`",
            )
        return found[0]

    def _read(self, call: Callable[[], Answer]) -> Answer:
        return self._pace.ask(call, self)

    def _write(self, call: Callable[[], Answer]) -> Answer:
        return self._pace.ask(call, self, writes=True)

    def explain(self, error: Exception) -> ForgeError:
        """What an answer means, by https://docs.gitlab.com/api/rest/troubleshooting/."""
        if not isinstance(error, GitlabError) or error.response_code is None:
            return ForgeError(
                Fault.UNAVAILABLE,
                f"{self._name}: no answer from the forge ({type(error).__name__}): the next pass tries again",
            )
        status, said = error.response_code, _said(error.error_message)
        if status == 429:
            after = self._headers.get("retry-after", "")
            wait = float(after) if after.isdigit() else PAUSE
            return ForgeError(
                Fault.LIMITED,
                f"{self._name}: the forge asks to wait {round(wait)} s: the next pass goes on",
                wait,
            )
        if status >= 500:
            return ForgeError(
                Fault.UNAVAILABLE, f"{self._name}: the forge answers {status}: the next pass tries again"
            )
        told = {
            401: (Fault.TOKEN, "the forge refuses the token: give one that is valid"),
            403: (
                Fault.FORBIDDEN,
                f"the token may not do this ({said}): give it the scope `api` and the role Developer",
            ),
            404: (
                Fault.NOT_FOUND,
                f"the forge finds nothing ({said}): check the name, and what the token may see",
            ),
            409: (Fault.EXISTS, said),
        }
        fault, words = told.get(
            status, (Fault.INVALID, f"the forge doesn't take it ({status} {said}): correct the settings")
        )
        return ForgeError(fault, f"{self._name}: {words}")


def _said(message: Any) -> str:
    """The message of an error on one line: GitLab sends a text, a list, or lists by field."""
    if isinstance(message, dict):
        message = [f"{key}: {_said(value)}" for key, value in message.items()]
    words = ", ".join(map(str, message)) if isinstance(message, list) else str(message)
    return " ".join(words.split())[:300]


def _pull_request(request: Any) -> PullRequest:
    return PullRequest(
        number=request.iid,
        url=request.web_url,
        head=request.source_branch,
        head_sha=request.sha or "",
        base=request.target_branch,
        title=request.title,
        body=request.description or "",
        state=STATES.get(request.state, request.state),
        created=datetime.fromisoformat(request.created_at).timestamp(),
    )


def _issue(issue: Any) -> Issue:
    return Issue(
        number=issue.iid,
        url=issue.web_url,
        title=issue.title,
        body=issue.description or "",
        is_open=issue.state == "opened",
    )


__all__ = ["GitLabForge"]
