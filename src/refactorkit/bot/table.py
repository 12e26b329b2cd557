"""The rows of a pass for people, one line a branch, and as JSON, one object a line."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

from refactorkit.bot.rows import Row, State
from refactorkit.report.json import clean
from refactorkit.report.page import CYAN, GREEN, ORANGE, RED, Console, line, table
from refactorkit.report.page import Row as Line
from refactorkit.report.text import count

SCHEMA: Literal["refactorkit/bot/1"] = "refactorkit/bot/1"
STYLES = {
    State.OPENED: GREEN,
    State.UPDATED: GREEN,
    State.CLOSED: GREEN,
    State.DECLINED: "dim",
    State.WAITING: CYAN,
    State.FOREIGN: ORANGE,
    State.FAILED: RED,
}
WOULD = {
    State.OPENED: "would open",
    State.UPDATED: "would update",
    State.CLOSED: "would close",
}


class RowDocument(Struct, frozen=True, kw_only=True):
    """What `bot run --output-format json` prints, one object a line for each branch."""

    schema: Literal["refactorkit/bot/1"] = SCHEMA
    dry_run: bool
    repository: str
    codemod: str
    branch: str
    state: State
    number: int | None
    url: str | None
    title: str
    detail: str
    fingerprint: str
    unread: tuple[str, ...]


def write(console: Console, row: Row, dry_run: bool, is_first: bool) -> None:
    """Print a row, below its repository's name when it is the first one of it."""
    if is_first:
        line(console, [(row.repository, "bold")])
    word = WOULD.get(row.state, str(row.state)) if dry_run else str(row.state)
    detail = row.detail.removeprefix(f"{row.repository}: ")
    unread = f"{count(len(row.unread), 'file')} could not be worked on" if row.unread else ""
    message = ", ".join(part for part in (row.url, detail, unread) if part)
    name = row.codemod or "all" if row.branch == "*" else row.branch
    table(console, [Line(((word, STYLES.get(row.state, "")), name), message)], "  ", (12, max(28, len(name))))


def as_json(row: Row, dry_run: bool) -> str:
    """A row as one line of JSON."""
    document = RowDocument(
        dry_run=dry_run,
        repository=row.repository,
        codemod=row.codemod,
        branch=row.branch,
        state=row.state,
        number=row.number or None,
        url=row.url or None,
        title=row.title,
        detail=row.detail,
        fingerprint=row.fingerprint,
        unread=row.unread,
    )
    told: Any = clean(document)
    return f"{told}\n"


def schema() -> str:
    """The JSON Schema of a row, indented."""
    text = msgspec.json.format(msgspec.json.encode(msgspec.json.schema(RowDocument)), indent=2)
    return text.decode() + "\n"


__all__ = ["as_json", "schema", "write"]
