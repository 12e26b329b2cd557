"""The one comment on a pull request: found again, updated, and never somebody else's."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from action_runner import Comments, serving
from repositories import ROOT

MARK = "<!-- refactorkit: http-url -->"
Publish = Callable[..., tuple[int, str]]


@pytest.fixture
def comments() -> Comments:
    return Comments()


@pytest.fixture
def publish(comments: Comments, tmp_path: Path) -> Iterator[Publish]:
    """Runs the script with a report that says `text`; its exit code and output."""
    report = tmp_path / "report.md"
    with serving(comments) as api:

        def run(text: str = "four files", **variables: str) -> tuple[int, str]:
            report.write_text(f"{MARK}\n\n{text}\n", "utf-8")
            given = {
                "GITHUB_API_URL": api, "GITHUB_REPOSITORY": "owner/project", "GITHUB_SERVER_URL": "https://forge.example",
                "GITHUB_RUN_ID": "77", "GH_TOKEN": "secret-token", "PULL_REQUEST": "5", "MARKDOWN": str(report),
                "REFACTORKIT_PATIENCE": "0", **variables,
            }  # fmt: skip
            command = [sys.executable, str(ROOT / "action" / "comment.py")]
            done = subprocess.run(
                command, env={**os.environ, **given}, capture_output=True, text=True, check=False
            )
            assert "secret-token" not in done.stdout + done.stderr
            assert done.stderr == ""
            return done.returncode, done.stdout

        yield run


def methods(comments: Comments) -> list[str]:
    return [method for method, _ in comments.asked]


def test_a_comment_is_begun_and_then_updated(comments: Comments, publish: Publish) -> None:
    assert publish() == (0, "refactorkit: began https://forge.example/c/1000\n")
    assert publish("\N{GRINNING FACE}") == (0, "refactorkit: updated https://forge.example/c/1000\n")
    (comment,) = comments.kept
    link = "From [this run](https://forge.example/owner/project/actions/runs/77).\n"
    assert comment["body"] == f"{MARK}\n\n\N{GRINNING FACE}\n\n{link}"
    assert methods(comments) == ["GET", "POST", "GET", "PATCH"]
    assert comments.tokens == {"Bearer secret-token"}


@pytest.mark.parametrize("others", [99, 100, 250])
def test_a_comment_is_found_behind_many_others(comments: Comments, publish: Publish, others: int) -> None:
    for number in range(others):
        comments.add(f"talk {number}", "ann", "User")
    publish()
    publish("more")
    assert len(comments.kept) == others + 1
    assert methods(comments).count("POST") == 1


@pytest.mark.parametrize("body", [f"{MARK} is what it writes", f"see {MARK}", None])
def test_a_persons_comment_is_left_alone(comments: Comments, publish: Publish, body: str) -> None:
    comments.add(body, "eve", "User")
    publish()
    publish()
    assert comments.kept[0]["body"] == body
    assert len(comments.kept) == 2


def test_a_persons_token_finds_the_persons_comment(comments: Comments, publish: Publish) -> None:
    comments.user = "ann"
    comments.add(f"{MARK} not mine", "eve", "User")
    publish()
    publish()
    assert [comment["user"]["login"] for comment in comments.kept] == ["eve", "ann"]


def test_a_comment_of_somebody_who_is_gone_is_no_error(comments: Comments, publish: Publish) -> None:
    comments.add(f"{MARK}", "ghost", "User")["user"] = None
    assert publish()[0] == 0
    assert len(comments.kept) == 2


def test_nothing_to_say_updates_but_begins_nothing(comments: Comments, publish: Publish) -> None:
    assert publish(WORTH_SAYING="false") == (0, "refactorkit: there is nothing to say, and no comment yet\n")
    publish(WORTH_SAYING="true")
    publish("all done", WORTH_SAYING="false")
    assert "all done" in comments.kept[0]["body"]
    assert len(comments.kept) == 1


def test_keys_tell_comments_apart(comments: Comments, publish: Publish) -> None:
    for key in ("api", "web", "api"):
        publish(COMMENT_KEY=key)
    marks = [comment["body"].split("\n")[0] for comment in comments.kept]
    assert marks == ["<!-- refactorkit: api -->", "<!-- refactorkit: web -->"]
    code, said = publish(COMMENT_KEY="a --> b")
    assert code == 1
    assert said.startswith("::error title=refactorkit::No comment was written: comment-key may hold letters")


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_token_that_may_not_write_is_no_failure(comments: Comments, publish: Publish, status: int) -> None:
    comments.answers = [status]
    code, said = publish()
    assert code == 0
    assert said.startswith(f"::notice title=refactorkit::No comment was written ({status}): give the job")


@pytest.mark.parametrize(
    ("answers", "code", "asked"),
    [([502, 503], 0, 4), ([500] * 3, 1, 3), ([422], 1, 1), ([302], 1, 1)],
)
def test_a_busy_forge_is_asked_again_and_others_are_an_error(
    comments: Comments, publish: Publish, answers: list[int], code: int, asked: int
) -> None:
    comments.answers = list(answers)
    found, said = publish()
    assert found == code
    assert len(comments.asked) == asked
    if code:
        assert (
            said == f"::error title=refactorkit::No comment was written: the forge answered {answers[-1]}\n"
        )


def test_a_forge_that_is_not_there_is_one_line(publish: Publish) -> None:
    code, said = publish(GITHUB_API_URL="http://127.0.0.1:9/api")
    assert code == 1
    assert said.startswith("::error title=refactorkit::No comment was written: the forge can't be reached (")
    assert said.count("\n") == 1
