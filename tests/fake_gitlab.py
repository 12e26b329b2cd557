"""GitLab as the bot sees it: the stateful fake with the shapes that GitLab's API answers with.

No package holds GitLab's own description of its API. The fields are those of https://docs.gitlab.com/api/merge_requests/,
https://docs.gitlab.com/api/issues/ and https://docs.gitlab.com/api/notes/; bodies with other fields are refused here.
"""

from __future__ import annotations

import re
import time

from fake_forge import JSON, Answer, Fake, Hosted, Pull, Ticket
from fake_github import moment

PROJECT = r"/api/v4/projects/(?P<name>[^/]+)"
PEOPLE = {"ann": 11, "bob": 12}
NEW = {
    "source_branch",
    "target_branch",
    "title",
    "description",
    "labels",
    "reviewer_ids",
    "assignee_ids",
    "milestone_id",
}
CHANGED = NEW - {"source_branch"} | {"state_event"}


def merge_request(name: str, pull: Pull) -> JSON:
    """A merge request as GitLab shows it."""
    state = "merged" if pull.merged else "opened" if pull.state == "open" else pull.state
    return {
        "id": 1000 + pull.number, "iid": pull.number, "project_id": 3, "title": pull.title, "description": pull.body,
        "state": state, "created_at": moment(pull.created), "updated_at": moment(pull.created), "merged_by": None,
        "merged_at": moment(pull.created) if pull.merged else None, "target_branch": pull.base,
        "source_branch": pull.head, "source_project_id": 3, "target_project_id": 3, "labels": pull.labels,
        "draft": pull.title.startswith("Draft: "), "milestone": None, "sha": pull.sha, "merge_commit_sha": None,
        "reviewers": [{"username": who} for who in pull.reviewers], "user_notes_count": 0,
        "web_url": f"https://gitlab.com/{name}/-/merge_requests/{pull.number}",
        "references": {"short": f"!{pull.number}"},
    }  # fmt: skip


def shown_issue(name: str, issue: Ticket) -> JSON:
    """An issue as GitLab shows it."""
    return {
        "id": 2000 + issue.number, "iid": issue.number, "project_id": 3, "title": issue.title,
        "description": issue.body, "state": "opened" if issue.state == "open" else "closed",
        "labels": issue.labels, "web_url": f"https://gitlab.com/{name}/-/issues/{issue.number}",
    }  # fmt: skip


def unknown(body: JSON, known: set[str]) -> Answer | None:
    """What GitLab would quietly ignore is an error here."""
    more = set(body) - known
    return Answer(400, {"message": f"unknown: {sorted(more)}"}) if more else None


def apply_fields(hosted: Hosted, pull: Pull, body: JSON) -> None:
    """Set what a body holds."""
    people = {number: name for name, number in PEOPLE.items()}
    pull.title, pull.body = body.get("title", pull.title), body.get("description", pull.body)
    pull.base = body.get("target_branch", pull.base)
    pull.labels = body["labels"].split(",") if "labels" in body else pull.labels
    pull.reviewers = [people[n] for n in body["reviewer_ids"]] if "reviewer_ids" in body else pull.reviewers
    pull.assignees = [people[n] for n in body["assignee_ids"]] if "assignee_ids" in body else pull.assignees
    pull.milestone = body.get("milestone_id", pull.milestone)
    pull.state = {"close": "closed", "reopen": "open"}.get(body.get("state_event", ""), pull.state)


def list_requests(
    fake: Fake, hosted: Hosted, found: re.Match[str], body: JSON, query: dict[str, str]
) -> Answer:
    """GET merge_requests."""
    name = query.get("source_branch")
    wanted = [pull for pull in hosted.pulls.values() if name in (None, pull.head)]
    assert query["state"] == "all"
    return Answer(200, [merge_request(found["name"], pull) for pull in reversed(wanted)])


def create_request(fake: Fake, hosted: Hosted, found: re.Match[str], body: JSON, _: dict[str, str]) -> Answer:
    """POST merge_requests."""
    if refused := unknown(body, NEW):
        return refused
    tip = hosted.tip(body["source_branch"])
    if tip is None:
        return Answer(400, {"message": {"source_branch": ["does not exist"]}})
    for pull in hosted.open_pulls():
        if pull.head == body["source_branch"]:
            words = f"Another open merge request already exists for this source branch: !{pull.number}"
            return Answer(409, {"message": [words]})
    number = hosted.next_number()
    made = Pull(
        number, body["source_branch"], body["target_branch"], body["title"], "", tip, created=time.time()
    )
    apply_fields(hosted, made, body)
    hosted.pulls[number] = made
    return Answer(201, merge_request(found["name"], made))


def change_request(fake: Fake, hosted: Hosted, found: re.Match[str], body: JSON, _: dict[str, str]) -> Answer:
    """PUT merge_requests/N."""
    if refused := unknown(body, CHANGED):
        return refused
    pull = hosted.pulls[int(found["number"])]
    apply_fields(hosted, pull, body)
    return Answer(200, merge_request(found["name"], pull))


def list_notes(fake: Fake, hosted: Hosted, found: re.Match[str], body: JSON, _: dict[str, str]) -> Answer:
    """GET notes."""
    listed = hosted.comments.get(int(found["number"]), [])
    return Answer(200, [{"id": n, "body": text, "system": False} for n, text in enumerate(listed)])


def create_note(fake: Fake, hosted: Hosted, found: re.Match[str], body: JSON, _: dict[str, str]) -> Answer:
    """POST notes."""
    hosted.comments.setdefault(int(found["number"]), []).append(body["body"])
    return Answer(201, {"id": 1, "body": body["body"], "system": False})


def list_issues(
    fake: Fake, hosted: Hosted, found: re.Match[str], body: JSON, query: dict[str, str]
) -> Answer:
    """GET issues."""
    label = query.get("labels") or query.get("labels[]")
    wanted = [issue for issue in hosted.issues.values() if label in issue.labels]
    return Answer(200, [shown_issue(found["name"], issue) for issue in wanted])


def create_issue(fake: Fake, hosted: Hosted, found: re.Match[str], body: JSON, _: dict[str, str]) -> Answer:
    """POST issues."""
    number = hosted.next_number()
    hosted.issues[number] = Ticket(number, body["title"], body["description"], body["labels"].split(","))
    return Answer(201, shown_issue(found["name"], hosted.issues[number]))


def change_issue(fake: Fake, hosted: Hosted, found: re.Match[str], body: JSON, _: dict[str, str]) -> Answer:
    """PUT issues/N."""
    issue = hosted.issues[int(found["number"])]
    issue.body = body.get("description", issue.body)
    issue.state = "closed" if body.get("state_event") == "close" else issue.state
    return Answer(200, shown_issue(found["name"], issue))


def list_milestones(
    fake: Fake, hosted: Hosted, found: re.Match[str], body: JSON, query: dict[str, str]
) -> Answer:
    """GET milestones."""
    listed = [
        {"id": n, "title": title} for n, title in enumerate(hosted.milestones, 1) if title == query["title"]
    ]
    return Answer(200, listed)


class FakeGitLab(Fake):
    """GitLab's paths."""

    routes = [
        ("GET", rf"{PROJECT}/merge_requests", list_requests),
        ("POST", rf"{PROJECT}/merge_requests", create_request),
        ("PUT", rf"{PROJECT}/merge_requests/(?P<number>\d+)", change_request),
        ("GET", rf"{PROJECT}/merge_requests/(?P<number>\d+)/notes", list_notes),
        ("POST", rf"{PROJECT}/merge_requests/(?P<number>\d+)/notes", create_note),
        ("GET", rf"{PROJECT}/issues", list_issues),
        ("POST", rf"{PROJECT}/issues", create_issue),
        ("PUT", rf"{PROJECT}/issues/(?P<number>\d+)", change_issue),
        ("GET", rf"{PROJECT}/milestones", list_milestones),
    ]

    def answered_for_all(self, path: str, query: dict[str, str]) -> Answer | None:
        """GET users, which belongs to no project."""
        if path != "/api/v4/users":
            return None
        number = PEOPLE.get(query["username"])
        return Answer(200, [{"id": number, "username": query["username"]}] if number else [])
