"""Only a comment that asks for the strict type, and for nothing else, is a task."""

from __future__ import annotations

import pytest

from refactorkit.analysis.task_comments import is_task

TASKS = """
# TODO: HttpUrl
# TODO HttpUrl
# todo(anna): use HttpUrl
# FIXME: should be an HttpUrl
# XXX make it a pydantic.HttpUrl.
# TODO: change to `HttpUrl`
# should be HttpUrl
# TODO: HttpUrl instead
# TODO: switch to the strict HttpUrl type later
""".strip().splitlines()
OTHERS = """
# HttpUrl
# HttpUrl breaks the old clients
# TODO: not HttpUrl
# TODO: HttpUrl?
# TODO: HttpUrl once the clients are ready
# TODO: AnyHttpUrl
# TODO: HttpUrls
# should be HttpUrl or None
# TODO: HttpUrl  # noqa
# TODO
""".strip().splitlines()


@pytest.mark.parametrize("comment", TASKS)
def test_a_task(comment: str) -> None:
    assert is_task(comment, "HttpUrl")


@pytest.mark.parametrize("comment", OTHERS)
def test_no_task(comment: str) -> None:
    assert not is_task(comment, "HttpUrl")
