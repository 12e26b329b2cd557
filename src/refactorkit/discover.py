"""Which files a run looks at: the project's Python files, the part of them that may change, and what is skipped.

All Python files are read, because a project-wide codemod must know who uses what; only those below the given paths,
and not excluded by `[tool.refactorkit]`, may change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Sequence
from os.path import commonpath

from msgspec import Struct, structs

from refactorkit.cache import digest
from refactorkit.config import ConfigError, Settings, has_settings, load_settings, nearest
from refactorkit.model import Plan, Skipped, Source
from refactorkit.syntax import LARGEST
from refactorkit.workspace.entries import LINK, SUBMODULE, Entry, Workspace, WorkspaceError, is_inside

SUFFIXES = (".py", ".pyi")
FOREIGN = frozenset(
    [
        "node_modules",
        ".venv",
        "site-packages",
        "__pypackages__",
        ".tox",
        ".nox",
        ".eggs",
        "__pycache__",
    ]
)
"""Folders that hold other people's code, also where somebody has committed them."""
VENV = re.compile(r"(?:.*/)?venv/")
CONFIGURATION = frozenset(["pyproject.toml", "ruff.toml", ".ruff.toml", "setup.cfg", ".isort.cfg"])

READ = 64 << 20
"""Bytes of the largest file that is read at all. Up to there, files too large to be parsed are searched for words."""
CONFIGURED = 1 << 20
"""Bytes of the largest configuration file that is read."""
LFS = b"version https://git-lfs.github.com/spec/v1\n"
"""How a pointer begins that stands for a file in Git LFS (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md)."""
POINTER = "a Git LFS pointer: its content is not in the commit"
HEAD = 4096
"""Bytes in which a file says that it is generated."""
OPENING = re.compile(
    rb'''(?sx) (?:\xef\xbb\xbf)? (?:\s|\#[^\r\n]*)*
    (?: [rR]? (?: """.*?(?:"""|\Z) | \'\'\'.*?(?:\'\'\'|\Z) | "[^"\r\n]*" | '[^'\r\n]*' ) )? (?:\s|\#[^\r\n]*)*'''
)
"""Comments and a docstring. It matches always, so there is nothing to try again."""
MARK = re.compile(rb"@generated\b|\bDO NOT EDIT\b")


class Listing(Struct, frozen=True):
    """The project before its sources are read: its Python files, each with whether it may change, and the rest.

    Fields that `Discovered` has too mean the same.
    """

    files: tuple[tuple[Entry, bool], ...]
    skipped: tuple[Skipped, ...]
    configuration: dict[str, bytes]
    paths: frozenset[str]
    settings: Settings
    include_generated: bool
    """Whether generated files may change: what a file is shows only in its bytes."""

    def identity(self) -> bytes | None:
        """32 bytes that stand for all that reading would give; None on a disk, where that takes reading."""
        if any(not entry.oid for entry, _ in self.files):
            return None
        files = ((e.path, e.mode, in_scope, e.oid.encode()) for e, in_scope in self.files)
        return digest(_identity(self, files), b"%d" % self.include_generated)


class Discovered(Struct, frozen=True):
    """The sources by path, in path order; the files in scope that are skipped; the target's configuration files.

    `packages` are the folders with an `__init__.py`. `paths` holds every path of the project, Python or not.
    """

    sources: dict[str, Source]
    skipped: tuple[Skipped, ...]
    configuration: dict[str, bytes]
    packages: tuple[str, ...]
    paths: frozenset[str]
    settings: Settings

    def identity(self) -> bytes:
        """32 bytes that stand for everything in it."""
        return _identity(self, ((s.path, s.mode, s.in_scope, digest(s.data)) for s in self.sources.values()))


def _identity(project: Listing | Discovered, files: Iterable[tuple[str, str, bool, bytes]]) -> bytes:
    """Settings are left out: what they say shows in the files' scope, the options and the level."""
    return digest(
        *(
            part
            for path, mode, in_scope, content in files
            for part in (_raw(path), _raw(f"{mode} {in_scope}"), content)
        ),
        b"skipped",
        *(_raw(part) for skipped in project.skipped for part in (skipped.path, skipped.reason)),
        b"configuration",
        *(part for path, data in sorted(project.configuration.items()) for part in (_raw(path), data)),
        b"paths",
        *map(_raw, sorted(project.paths)),
    )


def _raw(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")


def discover(
    workspace: Workspace,
    paths: Sequence[str],
    settings: Settings | None = None,
    include_generated: bool = False,
) -> Discovered:
    """Read the project: `look`, then `read`."""
    return read(workspace, look(workspace, paths, settings, include_generated))


def look(
    workspace: Workspace,
    paths: Sequence[str],
    settings: Settings | None = None,
    include_generated: bool = False,
) -> Listing:
    """List the project. Without `settings` those of the nearest pyproject.toml with `[tool.refactorkit]` hold.

    Generated files may change only with `include_generated`, or where the settings say so.
    Raises WorkspaceError for a path that is not there, ConfigError for settings that make no sense.
    """
    listed = workspace.entries()
    entries = [entry for entry in listed if is_inside(entry.path)]
    wanted = [workspace.relative(path) for path in paths]
    every = frozenset(e.path for e in entries)
    for path in wanted:
        check_path(path, every, workspace)
    foreign = _environments(entries)
    plain = [e for e in entries if e.mode not in (LINK, SUBMODULE) and e.size <= READ]
    files = [e for e in plain if e.path.endswith(SUFFIXES) and not _is_foreign(e.path, foreign)]
    configuration = [e for e in plain if e.path.rpartition("/")[2] in CONFIGURATION]
    large = {e.path for e in configuration if e.size > CONFIGURED}
    configured = workspace.read([e for e in configuration if e.path not in large])
    home = ""
    if settings is None:
        settings, home = _settings(wanted, configured, large)
    excluded = _patterns(settings, home)
    return Listing(
        files=tuple((e, _is_below(e.path, wanted) and not excluded(e.path)) for e in files),
        skipped=tuple(_skipped(listed, wanted)),
        configuration=configured,
        paths=every,
        settings=settings,
        include_generated=settings.include_generated or include_generated,
    )


def read(workspace: Workspace, listing: Listing) -> Discovered:
    """The project that was listed, with the bytes of its sources."""
    data = workspace.read([entry for entry, _ in listing.files])
    sources, skipped = {}, list(listing.skipped)
    for entry, in_scope in listing.files:
        why = _why_skipped(data[entry.path], listing.include_generated)
        if in_scope and why is not None:
            skipped.append(Skipped(path=entry.path, reason=why))
        if why != POINTER:  # the others still show who uses what
            sources[entry.path] = Source(
                path=entry.path, data=data[entry.path], mode=entry.mode, in_scope=in_scope and why is None
            )
    return Discovered(
        sources=sources,
        skipped=tuple(skipped),
        configuration=listing.configuration,
        packages=packages(sources),
        paths=listing.paths,
        settings=listing.settings,
    )


def packages(sources: Iterable[str]) -> tuple[str, ...]:
    """The folders with an `__init__.py`."""
    return tuple(p.rpartition("/")[0] for p in sources if p.endswith("/__init__.py"))


def advanced(found: Discovered, made: Plan) -> Discovered:
    """The project as it is once the plan is written, for the next codemod of a stack."""
    sources = dict(found.sources)
    configuration = dict(found.configuration)
    paths = set(found.paths)
    for change in made.changes:
        for files in (sources, configuration):
            files.pop(change.path, None)
        paths.discard(change.path)
        if change.after is None:
            continue
        paths.add(change.path)
        if change.path.endswith(SUFFIXES):
            sources[change.path] = Source(path=change.path, data=change.after, mode=change.mode)
        elif change.path in found.configuration:
            configuration[change.path] = change.after
    return structs.replace(
        found,
        sources=dict(sorted(sources.items())),
        configuration=configuration,
        packages=packages(sources),
        paths=frozenset(paths),
    )


def _skipped(entries: Sequence[Entry], wanted: Sequence[str]) -> tuple[Skipped, ...]:
    found = []
    for entry in entries:
        if not _is_below(entry.path, wanted):
            continue
        if not is_inside(entry.path):
            found.append(Skipped(path=entry.path, reason="a path that git does not check out"))
        elif entry.mode == SUBMODULE:
            found.append(Skipped(path=entry.path, reason="a submodule: run refactorkit in it"))
        elif entry.size > READ and entry.path.endswith(SUFFIXES):
            found.append(Skipped(path=entry.path, reason=f"too large: more than {READ >> 20} MiB"))
        elif entry.mode == LINK and entry.path.endswith(SUFFIXES):
            found.append(Skipped(path=entry.path, reason="a symbolic link"))
    return tuple(found)


def _why_skipped(data: bytes, include_generated: bool) -> str | None:
    """Why a file is not looked at for what it holds; None for most."""
    if data.startswith(LFS):
        return POINTER
    if len(data) > LARGEST:
        return f"too large: more than {LARGEST >> 20} MiB"
    if not include_generated and is_generated(data):
        return "generated: --include-generated changes it, too"
    return None


def is_generated(data: bytes) -> bool:
    """Whether the comments or the docstring that a file begins with say that a program wrote it.

    `@generated` is the mark that code review tools go by; `DO NOT EDIT` stands in the output of protoc and many others.
    """
    head = data[:HEAD]
    if b"@generated" not in head and b"DO NOT EDIT" not in head:
        return False
    opening = OPENING.match(head)
    return opening is not None and MARK.search(opening.group()) is not None


def _settings(
    wanted: Sequence[str], configuration: dict[str, bytes], too_large: Container[str]
) -> tuple[Settings, str]:
    """The settings of the nearest pyproject.toml at or above all the paths that has any, and its folder."""
    folder = "" if "." in wanted else commonpath(wanted)
    while True:
        name = f"{folder}/pyproject.toml" if folder else "pyproject.toml"
        if name in too_large:
            raise ConfigError(f"{name} has more than {CONFIGURED >> 20} MiB: shorten it, or pass --isolated")
        data = configuration.get(name, b"")
        if b"refactorkit" in data and has_settings(data, name):
            return load_settings(data, name), folder
        if not folder:
            return Settings(), ""
        folder = folder.rpartition("/")[0]


def check_path(path: str, paths: frozenset[str], workspace: Workspace) -> None:
    """Raise WorkspaceError, with the nearest name, unless the path is a file of the project or a folder of some."""
    if path == "." or path in paths or any(p.startswith(path + "/") for p in paths):
        return
    where = f"in {workspace.base[:10]}" if workspace.base else f"below {workspace.root}"
    if (workspace.root / path).exists():
        if workspace.base:
            raise WorkspaceError(
                f"{path} is not in the commit that is read ({where}): commit it, or pass --in-place"
            )
        raise WorkspaceError(f"{path} holds no file, or git ignores it: give another path")
    folders = {"/".join(p.split("/")[:depth]) for p in paths for depth in range(1, p.count("/") + 2)}
    raise WorkspaceError(f"there is no {path} {where}: {nearest(path, folders, 'check the path')}")


def _is_below(path: str, wanted: Sequence[str]) -> bool:
    return any(w == "." or path == w or path.startswith(w + "/") for w in wanted)


def _environments(entries: Sequence[Entry]) -> tuple[str, ...]:
    """Folders of virtual environments, whatever they are called; one called `venv` also where its mark is missing.

    The standard library has a package of that name.
    """
    marked = {e.path.rpartition("/")[0] + "/" for e in entries if e.path.endswith("/pyvenv.cfg")}
    named = {found.group() for e in entries if (found := VENV.match(e.path))}
    packages = {e.path.removesuffix("__init__.py") for e in entries if e.path.endswith("venv/__init__.py")}
    return tuple(sorted(marked | (named - packages)))


def _is_foreign(path: str, environments: tuple[str, ...]) -> bool:
    return path.startswith(environments or ("\0",)) or not FOREIGN.isdisjoint(path.split("/")[:-1])


def _patterns(settings: Settings, home: str) -> Callable[[str], bool]:
    """Whether `[tool.refactorkit]` leaves a path out; patterns are written as in a .gitignore beside the settings."""
    if not settings.include and not settings.exclude:
        return lambda path: False
    from refactorkit.patterns import matcher

    included = matcher(settings.include or ("*",), "[tool.refactorkit] include")
    excluded = matcher(settings.exclude, "[tool.refactorkit] exclude")
    prefix = f"{home}/" if home else ""

    def is_left_out(path: str) -> bool:
        name = path.removeprefix(prefix)
        return not included(name) or excluded(name)

    return is_left_out
