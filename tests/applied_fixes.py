"""What an editor or a forge makes of a report: its fixes and suggestions applied to bytes, by the words of each format."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

Read = Callable[[bytes], bytes | None]
Edit = tuple[int, int, Any]


def sarif_fixes(log: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each fix of the log with its run."""
    for run in log["runs"]:
        for result in run["results"]:
            for fix in result.get("fixes", ()):
                yield run, fix


def fixed_by_sarif(log: dict[str, Any], read: Read) -> dict[bytes, bytes]:
    """The files that the log's fixes change, by path, after all of them. `read` is asked for what a file holds now."""
    files: dict[bytes, bytes] = {}
    for run, fix in sarif_fixes(log):
        assert run["columnKind"] == "utf16CodeUnits"
        encodings = {a["location"]["uri"]: a["encoding"] for a in run["artifacts"]}
        for change in fix["artifactChanges"]:
            uri = change["artifactLocation"]["uri"]
            path = unquote_to_bytes(uri)
            before = files.get(path, read(path) or b"")
            encoding = encodings.get(uri, run["defaultEncoding"])
            files[path] = _sarif_edited(before, change["replacements"], encoding, run["newlineSequences"])
    return files


def _sarif_edited(data: bytes, replacements: list[Any], encoding: str, ends: list[str]) -> bytes:
    if "byteOffset" in replacements[0]["deletedRegion"]:
        edits: list[Edit] = []
        for replaced in replacements:
            region, content = replaced["deletedRegion"], replaced["insertedContent"]
            new = base64.b64decode(content.get("binary", ""))
            edits.append((region["byteOffset"], region["byteOffset"] + region["byteLength"], new))
        return bytes(_edited(data, edits, b""))
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    text = data[len(mark) :].decode(encoding)
    starts = [0, *(m.end() for m in re.finditer("|".join(map(re.escape, ends)), text))]

    def offset(line: int, column: int) -> int:
        following = starts[line] if line < len(starts) else len(text)
        rest = text[starts[line - 1] : following].encode("utf-16-le")
        assert 2 * (column - 1) <= len(rest)
        return starts[line - 1] + len(rest[: 2 * (column - 1)].decode("utf-16-le"))

    edits = []
    for replaced in replacements:
        region = replaced["deletedRegion"]
        start = offset(region["startLine"], region["startColumn"])
        edits.append(
            (start, offset(region["endLine"], region["endColumn"]), replaced["insertedContent"]["text"])
        )
    return mark + str(_edited(text, edits, "")).encode(encoding)


def fixed_by_rdjson(document: dict[str, Any], read: Read) -> dict[bytes, bytes]:
    """The files that the document's suggestions change, by path, after all of them."""
    found: dict[bytes, list[Any]] = {}
    for diagnostic in document["diagnostics"]:
        for suggestion in diagnostic.get("suggestions", ()):
            assert suggestion["range"] == diagnostic["location"]["range"]  # else no forge shows it
            found.setdefault(diagnostic["location"]["path"].encode(), []).append(suggestion)
    return {path: _suggested(read(path) or b"", suggestions) for path, suggestions in found.items()}


def _suggested(data: bytes, suggestions: list[Any]) -> bytes:
    starts = [0, *(m.end() for m in re.finditer(b"\n", data))]

    def end_of(line: int) -> int:
        following = starts[line] if line < len(starts) else len(data)
        return starts[line - 1] + len(re.sub(rb"\r?\n\Z", b"", data[starts[line - 1] : following]))

    edits: list[Edit] = []
    for suggestion in suggestions:
        start, end = suggestion["range"]["start"], suggestion["range"]["end"]
        if "column" in start or "column" in end:
            first = starts[start["line"] - 1] + start["column"] - 1
            last = starts[end["line"] - 1] + end["column"] - 1
        else:
            assert suggestion["text"]  # a forge takes an empty text for whole lines as: delete them
            first, last = starts[start["line"] - 1], end_of(end["line"])
        edits.append((first, last, suggestion["text"].encode()))
    return bytes(_edited(data, edits, b""))


def _edited(data: Any, edits: list[Edit], nothing: Any) -> Any:
    """The bytes or text with the edits, none of which may overlap another."""
    edits.sort(key=lambda edit: edit[:2])
    pieces, at = [], 0
    for start, end, new in edits:
        assert at <= start <= end <= len(data)
        pieces += [data[at:start], new]
        at = end
    return nothing.join([*pieces, data[at:]])
