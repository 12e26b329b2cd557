"""What a pydantic URL type makes of one stored value."""

from __future__ import annotations

import difflib
from collections.abc import Callable

import pydantic
from pydantic import TypeAdapter, ValidationError

from refactorkit.stored_data import StoredDataError

TYPES = ("HttpUrl", "AnyHttpUrl", "AnyUrl")

Verdict = tuple[str | None, str | None]
"""What the type makes of the value, and why it rejects it: one of them, or (None, None) for a value that stays."""


def judge(type_name: str) -> Callable[[object], Verdict]:
    """The judge for `type_name`, with or without `pydantic.` before it. Raises StoredDataError for another type."""
    name = type_name.removeprefix("pydantic.")
    if name not in TYPES:
        near = difflib.get_close_matches(name, TYPES, n=1, cutoff=0.4) or TYPES
        raise StoredDataError(f"no URL type {type_name!r}: --type takes {' or '.join(near)}")
    validate = TypeAdapter[object](getattr(pydantic, name)).validator.validate_python

    def verdict(value: object) -> Verdict:
        error = _unreadable(value)
        if error is not None:
            return None, error
        try:
            result = str(validate(value))
        except ValidationError as refused:
            return None, refused.errors(include_url=False, include_input=False)[0]["msg"]
        return (None if result == value else result), None

    return verdict


def as_utf8(value: object) -> str:
    """`value` as text that can be written anywhere; what is not UTF-8 appears as `\\xNN`."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return str(value).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _unreadable(value: object) -> str | None:
    """Why `value` is not text that an application could read at all."""
    if isinstance(value, bytes):
        return "Stored as bytes, not as text"
    if not isinstance(value, str):
        return f"Stored as {type(value).__name__}, not as text"
    if "\0" in value:
        return f"Contains a NUL character at position {value.index(chr(0))}"
    try:
        value.encode()
    except UnicodeEncodeError as error:
        return f"Is not UTF-8: byte 0x{ord(value[error.start]) - 0xDC00:02x} at position {error.start}"
    return None
