"""One conversation with a language server: a process of its own in a scratch folder, which ends with it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from refactorkit.analysis.type_questions import Position
from refactorkit.model import Source
from refactorkit.splice import text_of

KEPT = ("PATH", "SYSTEMROOT", "LANG", "LC_ALL")
"""The environment that a server gets; whatever else is set could change what it says."""


class LanguageServer:
    """A server that runs. Raises EOFError when it ends, ValueError for what is no message, OSError."""

    def __init__(
        self, command: Sequence[str], folder: Path, home: Path, sources: Mapping[str, Source]
    ) -> None:
        self._sources = sources
        self._folder = folder
        self._opened: set[str] = set()
        self._last = 0
        places = dict.fromkeys(
            ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "TMPDIR"), str(home)
        )
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env={name: os.environ[name] for name in KEPT if name in os.environ} | places,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to: IO[bytes] = self._process.stdin
        self._from: IO[bytes] = self._process.stdout

    def start(self) -> None:
        """Greet the server."""
        root = self._folder.as_uri()
        self._request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": root,
                "workspaceFolders": [{"uri": root, "name": "project"}],
                "capabilities": {"textDocument": {"hover": {"contentFormat": ["markdown"]}}},
            },
        )
        self._send({"method": "initialized", "params": {}})

    def interrupt(self) -> None:
        """Kill the process and what it started. Safe in another thread."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Kill it, and wait for its end."""
        self.interrupt()
        self._process.wait()
        for pipe in (self._to, self._from):
            with suppress(OSError):
                pipe.close()

    def places(self, method: str, question: Position) -> list[tuple[Path, int, int]]:
        """What a question about a name gives: files, lines from 1 and columns from 0."""
        found = self._asked(method, question)
        found = [found] if isinstance(found, dict) else found or []
        return [
            (
                Path(unquote(urlsplit(place.get("uri") or place["targetUri"]).path)),
                start["line"] + 1,
                start["character"],
            )
            for place in found
            for start in [(place.get("range") or place["targetSelectionRange"])["start"]]
        ]

    def shown(self, question: Position) -> str:
        """What the server shows for a name, as markdown; '' for nothing."""
        found = self._asked("textDocument/hover", question)
        contents = found.get("contents", "") if isinstance(found, dict) else ""
        return str(contents.get("value", "")) if isinstance(contents, dict) else ""

    def _asked(self, method: str, question: Position) -> Any:
        text = text_of(self._sources[question.path].data)
        uri = (self._folder / question.path).as_uri()
        if question.path not in self._opened:
            self._opened.add(question.path)
            document = {"uri": uri, "languageId": "python", "version": 1}
            document["text"] = text.code(1, len(text.lines))
            self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        before = text.code(question.line, question.line).encode()[: question.column].decode(errors="replace")
        place = {"line": question.line - 1, "character": len(before.encode("utf-16-le")) // 2}
        return self._request(method, {"textDocument": {"uri": uri}, "position": place})

    def _request(self, method: str, params: dict[str, Any]) -> Any:
        self._last += 1
        self._send({"id": self._last, "method": method, "params": params})
        while True:
            message = self._receive()
            if "method" not in message and message.get("id") == self._last:
                return message.get("result")
            if "method" in message and "id" in message:  # the server asks: it gets the defaults
                items = (message.get("params") or {}).get("items")
                result = [None] * len(items) if items is not None else None
                self._send({"id": message["id"], "result": result})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._to.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._to.flush()

    def _receive(self) -> dict[str, Any]:
        size = 0
        while (line := self._from.readline()) not in (b"\r\n", b"\n"):
            if not line:
                raise EOFError
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                size = int(value)
        message = json.loads(self._from.read(size))
        if not isinstance(message, dict):
            raise ValueError("no message of the protocol")
        return message
