"""Which files a run looks at: the project's Python files, the part of them that may change, and what is skipped.

All Python files are read, because a project-wide codemod must know who uses what; only those below the given paths,
and not excluded by `[tool.refactorkit]`, may change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from os.path import commonpath

from msgspec import Struct

from refactorkit.cache import digest
from refactorkit.config import ConfigError, Settings, has_settings, load_settings, nearest
from refactorkit.model import Skipped, Source
from refactorkit.workspace.entries import LINK, SUBMODULE, Entry, Workspace, WorkspaceError, is_inside

SUFFIXES = (".py", ".pyi")
FOREIGN = frozenset(
    [
        "node_modules",
        ".venv",
        "venv",
        "site-packages",
        "__pypackages__",
        ".tox",
        ".nox",
        ".eggs",
        "__pycache__",
    ]
)
"""Folders that hold other people's code, also where somebody has committed them."""
CONFIGURATION = frozenset(["pyproject.toml", "ruff.toml", ".ruff.toml", "setup.cfg", ".isort.cfg"])


class Listing(Struct, frozen=True):
    """The project before its sources are read: its Python files, each with whether it may change, and the rest.

    Fields that `Discovered` has too mean the same.
    """

    files: tuple[tuple[Entry, bool], ...]
    skipped: tuple[Skipped, ...]
    configuration: dict[str, bytes]
    paths: frozenset[str]
    settings: Settings

    def identity(self) -> bytes | None:
        """32 bytes that stand for all that reading would give; None on a disk, where that takes reading."""
        if any(not entry.oid for entry, _ in self.files):
            return None
        return _identity(self, ((e.path, e.mode, in_scope, e.oid.encode()) for e, in_scope in self.files))


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


def discover(workspace: Workspace, paths: Sequence[str], settings: Settings | None = None) -> Discovered:
    """Read the project: `look`, then `read`."""
    return read(workspace, look(workspace, paths, settings))


def look(workspace: Workspace, paths: Sequence[str], settings: Settings | None = None) -> Listing:
    """List the project. Without `settings` those of the nearest pyproject.toml with `[tool.refactorkit]` hold.

    Raises WorkspaceError for a path that is not there, ConfigError for settings that make no sense.
    """
    listed = workspace.entries()
    entries = [entry for entry in listed if is_inside(entry.path)]
    wanted = [workspace.relative(path) for path in paths]
    every = frozenset(e.path for e in entries)
    for path in wanted:
        check_path(path, every, workspace)
    foreign = _environments(entries)
    plain = [e for e in entries if e.mode not in (LINK, SUBMODULE)]
    files = [e for e in plain if e.path.endswith(SUFFIXES) and not _is_foreign(e.path, foreign)]
    configured = workspace.read([e for e in plain if e.path.rpartition("/")[2] in CONFIGURATION])
    home = ""
    if settings is None:
        settings, home = _settings(wanted, configured)
    excluded = _patterns(settings, home)
    return Listing(
        files=tuple((e, _is_below(e.path, wanted) and not excluded(e.path)) for e in files),
        skipped=_skipped(listed, wanted),
        configuration=configured,
        paths=every,
        settings=settings,
    )


def read(workspace: Workspace, listing: Listing) -> Discovered:
    """The project that was listed, with the bytes of its sources."""
    data = workspace.read([entry for entry, _ in listing.files])
    sources = {
        e.path: Source(path=e.path, data=data.pop(e.path), mode=e.mode, in_scope=in_scope)
        for e, in_scope in listing.files
    }
    return Discovered(
        sources=sources,
        skipped=listing.skipped,
        configuration=listing.configuration,
        packages=packages(sources),
        paths=listing.paths,
        settings=listing.settings,
    )


def packages(sources: Iterable[str]) -> tuple[str, ...]:
    """The folders with an `__init__.py`."""
    return tuple(p.rpartition("/")[0] for p in sources if p.endswith("/__init__.py"))


def _skipped(entries: Sequence[Entry], wanted: Sequence[str]) -> tuple[Skipped, ...]:
    found = []
    for entry in entries:
        if not _is_below(entry.path, wanted):
            continue
        if not is_inside(entry.path):
            found.append(Skipped(path=entry.path, reason="a path that git does not check out"))
        elif entry.mode == SUBMODULE:
            found.append(Skipped(path=entry.path, reason="a submodule: run refactorkit in it"))
        elif entry.mode == LINK and entry.path.endswith(SUFFIXES):
            found.append(Skipped(path=entry.path, reason="a symbolic link"))
    return tuple(found)


def _settings(wanted: Sequence[str], configuration: dict[str, bytes]) -> tuple[Settings, str]:
    """The settings of the nearest pyproject.toml at or above all the paths that has any, and its folder."""
    folder = "" if "." in wanted else commonpath(wanted)
    while True:
        name = f"{folder}/pyproject.toml" if folder else "pyproject.toml"
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
    """Folders of virtual environments, whatever they are called."""
    return tuple(e.path.rpartition("/")[0] + "/" for e in entries if e.path.endswith("/pyvenv.cfg"))


def _is_foreign(path: str, environments: tuple[str, ...]) -> bool:
    return path.startswith(environments or ("\0",)) or not FOREIGN.isdisjoint(path.split("/")[:-1])


def _patterns(settings: Settings, home: str) -> Callable[[str], bool]:
    """Whether `[tool.refactorkit]` leaves a path out; patterns are written as in a .gitignore beside the settings."""
    if not settings.include and not settings.exclude:
        return lambda path: False
    from pathspec import GitIgnoreSpec

    try:
        include = GitIgnoreSpec.from_lines(settings.include) if settings.include else None
        exclude = GitIgnoreSpec.from_lines(settings.exclude)
    except ValueError as error:
        raise ConfigError(f"[tool.refactorkit] include or exclude: {error}: correct the pattern") from error
    prefix = f"{home}/" if home else ""

    def is_left_out(path: str) -> bool:
        name = path.removeprefix(prefix)
        return (include is not None and not include.match_file(name)) or exclude.match_file(name)

    return is_left_out
