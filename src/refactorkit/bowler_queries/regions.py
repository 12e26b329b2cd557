"""From a whole new text back to lines: what changed becomes findings, and all other lines keep their bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import unified_diff

from msgspec import Struct

from refactorkit.codemod import is_suppressed
from refactorkit.config import Scope
from refactorkit.model import Change, Failed, Finding, Level, Outcome, Reason, Source, Status, Unchanged
from refactorkit.splice import Text, opcodes

END = re.compile(rb"(?:\r\n|\r|\n)\Z")


class Matched(Struct, frozen=True):
    """The lines (from 1) of something that a query selected and did not filter out."""

    first: int
    last: int


class _Region(Struct, frozen=True):
    """Lines of the file, from 0 and half open, and what they become."""

    first: int
    end: int
    new: tuple[str, ...]


Processor = Callable[[str, list[str]], object]
"""What `.process()` takes: a file's name and a hunk, as lines of a diff; False leaves the hunk out."""


def outcome(
    codemod: str,
    source: Source,
    text: Text,
    after: str,
    matched: Sequence[Matched],
    processors: Sequence[Processor],
    scope: Scope,
) -> Outcome:
    """The outcome of a file whose text, with plain line ends, becomes `after`."""
    old = [END.sub(b"", line) for line in text.lines]
    regions = list(_regions(text, old, after))
    findings: list[Finding] = []
    taken: list[_Region] = []
    for region in regions:
        status, reason = _wanted(codemod, source, old, region, scope)
        if status is Status.CHANGED and any(
            p(source.path, _hunk(source, text, old, region)) is False for p in processors
        ):
            status, reason = Status.REFUSED, "rejected-by-query"
        findings.append(_finding(source, text, old, region, status, reason))
        if status is Status.CHANGED:
            taken.append(region)
    findings += _only_matched(source, regions, matched)
    findings.sort(key=lambda f: (f.line, f.column))
    if not taken:
        return Unchanged(path=source.path, findings=tuple(findings))
    try:
        data = _put_back(text, taken)
    except UnicodeEncodeError:
        return Failed(
            path=source.path, error=f"the query writes characters that {text.encoding} doesn't have"
        )
    return Change(
        path=source.path, before=source.data, after=data, findings=tuple(findings), mode=source.mode
    )


def _regions(text: Text, old: Sequence[bytes], after: str) -> Iterator[_Region]:
    """What changed, in order: line by line where lines are replaced by as many."""
    encoding = _encoding(text)
    new = after.split("\n")
    if not new[-1]:
        new.pop()
    lines = [line.encode(encoding, "replace") for line in new]
    for tag, i1, i2, j1, j2 in opcodes(old, lines):
        if tag == "equal":
            continue
        if i2 - i1 == j2 - j1:
            yield from (_Region(i1 + n, i1 + n + 1, (new[j1 + n],)) for n in range(i2 - i1))
        else:
            yield _Region(i1, i2, tuple(new[j1:j2]))


def _encoding(text: Text) -> str:
    return "utf-8" if text.encoding == "utf-8-sig" else text.encoding


def _named(region: _Region, count: int) -> tuple[int, int]:
    """The lines (from 1) that a finding names; for an insertion the line that it stands before."""
    if region.first == region.end:
        line = min(region.first + 1, max(1, count))
        return line, line
    return region.first + 1, region.end


def _wanted(
    codemod: str, source: Source, old: Sequence[bytes], region: _Region, scope: Scope
) -> tuple[Status, str | None]:
    first, last = _named(region, len(old))
    if any(is_suppressed(old[number - 1], codemod) for number in (first, last) if number <= len(old)):
        return Status.SUPPRESSED, Reason.SUPPRESSED
    if not scope.selects(source.path, first, last):
        return Status.UNCHANGED, Reason.NOT_SELECTED
    return Status.CHANGED, None


def _finding(
    source: Source, text: Text, old: Sequence[bytes], region: _Region, status: Status, reason: str | None
) -> Finding:
    first, last = _named(region, len(old))
    before = text.decode(old[region.first]) if region.first < region.end else ""
    column = (
        next((n for n, (a, b) in enumerate(zip(before, region.new[0], strict=False)) if a != b), len(before))
        if region.new
        else 0
    )
    said = "the query takes this out" if not region.new else f"the query writes {_short(region.new)}"
    return Finding(
        path=source.path, line=first, column=min(column, len(before)), end_line=last, status=status,
        level=Level.PROVED if status is Status.CHANGED else Level.BOUNDARY, reason=reason, message=said,
    )  # fmt: skip


def _short(new: Sequence[str]) -> str:
    line = new[0].strip() or "a blank line"
    more = f" and {len(new) - 1} more" if len(new) > 1 else ""
    return (line if len(line) <= 70 else f"{line[:67]}...") + more


def _only_matched(
    source: Source, regions: Sequence[_Region], matched: Sequence[Matched]
) -> Iterator[Finding]:
    """What was selected and is not changed, each place once."""
    for place in sorted({(m.first, m.last) for m in matched}):
        first, last = place
        if not any(r.first < last and first - 1 <= max(r.first, r.end - 1) for r in regions):
            yield Finding(
                path=source.path, line=first, column=0, end_line=last, status=Status.UNCHANGED, level=Level.BOUNDARY,
                reason="matched-only", message="the query selects this and leaves it as it is",
            )  # fmt: skip


def _hunk(source: Source, text: Text, old: Sequence[bytes], region: _Region) -> list[str]:
    """The region as Bowler shows hunks: the lines of a unified diff with three lines around it."""
    before = [text.decode(line) for line in old]
    after = [*before[: region.first], *region.new, *before[region.end :]]
    return list(unified_diff(before, after, source.path, source.path, lineterm=""))


def _put_back(text: Text, regions: Sequence[_Region]) -> bytes:
    """The file's bytes with the regions in them. Raises UnicodeEncodeError."""
    lines = list(text.lines)
    encoding = _encoding(text)
    for region in reversed(regions):
        ends = [END.search(line) for line in text.lines[region.first : region.end]]
        new = []
        for number, line in enumerate(region.new):
            end = ends[min(number, len(ends) - 1)] if ends else None
            new.append(line.encode(encoding) + (end[0] if end else text.newline.encode()))
        is_last = region.end == len(lines)
        if is_last and lines and not END.search(lines[-1]):
            if new:
                new[-1] = END.sub(b"", new[-1])
            if region.first == region.end:  # behind a last line without an end
                lines[-1] += text.newline.encode()
        lines[region.first : region.end] = new
    return text.bom + b"".join(lines)


__all__ = ["Matched", "outcome"]
