"""Targets with their configuration, and what formatting makes of a change in them."""

from __future__ import annotations

from refactorkit.formatting import Formatted, format_changes
from refactorkit.model import Change

RUFF = "[tool.ruff]\n"
RUFF_SINGLE = '[tool.ruff.format]\nquote-style = "single"\n'
BLACK = "[tool.black]\nline-length = 100\nskip-string-normalization = true\n"
SORTED = '[tool.ruff]\nsrc = ["src"]\n[tool.ruff.lint]\nextend-select = ["I"]\n'
LIKE_PREFECT = SORTED + '[tool.ruff.lint.per-file-ignores]\n"__init__.py" = ["I"]\n'
PACKAGES = ("src/app", "src/app/server")
LONG = "value = call(first_argument, second_argument, third_argument, fourth_argument, fifth_argument_)"
LONG_IN_LINES = (
    "value = call(\n    first_argument, second_argument, third_argument, fourth_argument, fifth_argument_\n)"
)


def run(
    before: str | bytes | None,
    written: str | bytes,
    path: str = "src/app/m.py",
    *,
    packages: tuple[str, ...] = PACKAGES,
    **configs: str,
) -> tuple[str, Formatted]:
    """The text that comes out for one file. Configuration files are named by keyword, `__` for a dot."""
    change = Change(
        path=path, before=as_bytes(before) if before is not None else None, after=as_bytes(written)
    )
    named = {name.replace("__", "."): text for name, text in configs.items()}
    return formatted_with(change, named, packages)


def formatted_with(
    change: Change, configs: dict[str, str], packages: tuple[str, ...] = PACKAGES
) -> tuple[str, Formatted]:
    result = format_changes([change], {name: text.encode() for name, text in configs.items()}, packages)
    after = result.changes[0].after
    assert after is not None
    return after.decode(), result


def as_bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text
