"""GitPython, which runs git as soon as it is imported: from a PATH that doesn't lead into the folder that is worked on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from refactorkit.workspace.trust import absolute_path


@contextmanager
def _absolute_path() -> Iterator[None]:
    before = os.environ.get("PATH")
    os.environ["PATH"] = absolute_path()
    try:
        yield
    finally:
        if before is None:
            del os.environ["PATH"]
        else:
            os.environ["PATH"] = before


with _absolute_path():
    from git import Git
    from git.exc import GitCommandError, GitCommandNotFound

__all__ = ["Git", "GitCommandError", "GitCommandNotFound"]
