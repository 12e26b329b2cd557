"""`--debug`: what a person who reports an error is asked for, and nobody else sees."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from refactorkit.syntax import DEBUG


def is_debugging() -> bool:
    """Whether `--debug` or the environment asks for tracebacks."""
    return bool(os.environ.get(DEBUG))


@contextmanager
def debugging(is_asked_for: bool) -> Iterator[None]:
    """Debug what runs inside, worker processes included: they inherit the environment."""
    if is_debugging() or not is_asked_for:
        yield
        return
    os.environ[DEBUG] = "1"
    try:
        yield
    finally:
        del os.environ[DEBUG]


def unexpected(error: Exception) -> str:
    """One line for an error that nobody foresaw; under `--debug` its traceback goes to stderr first. Exit code 2."""
    if is_debugging():
        import traceback

        traceback.print_exception(error, file=sys.stderr)
        return f"internal error: {type(error).__name__}: report it with the traceback above"
    told = (str(error).splitlines() or [""])[0]
    return f"internal error: {type(error).__name__}: {told}: run `refactorkit --debug ...` and report what that prints"
