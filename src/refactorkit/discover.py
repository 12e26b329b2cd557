"""Which files a run looks at: the project's Python files, the part of them that may change, and what is skipped.

All Python files are read, because a project-wide codemod must know who uses what; only those below the given paths,
and not excluded by `[tool.refactorkit]`, may change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os.path import commonpath

from msgspec import Struct

from refactorkit.config import Settings, load_settings
from refactorkit.model import Skipped, Source
from refactorkit.workspace.entries import LINK, SUBMODULE, Entry, Workspace, WorkspaceError

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


def discover(workspace: Workspace, paths: Sequence[str], settings: Settings | None = None) -> Discovered:
    """Read the project. Without `settings` those of the nearest pyproject.toml with `[tool.refactorkit]` hold.

    Raises WorkspaceError for a path that is not there, ConfigError for settings that make no sense.
    """
    entries = workspace.entries()
    wanted = [workspace.relative(path) for path in paths]
    _check(wanted, entries, workspace)
    foreign = _environments(entries)
    plain = [e for e in entries if e.mode not in (LINK, SUBMODULE)]
    files = [e for e in plain if e.path.endswith(SUFFIXES) and not _is_foreign(e.path, foreign)]
    configuration = [e for e in plain if e.path.rpartition("/")[2] in CONFIGURATION]
    data = workspace.read([*files, *configuration])
    configured = {e.path: data[e.path] for e in configuration}
    settings = settings or _settings(wanted, configured)
    excluded = _patterns(settings)
    sources = {
        e.path: Source(
            path=e.path,
            data=data[e.path],
            mode=e.mode,
            in_scope=_is_below(e.path, wanted) and not excluded(e.path),
        )
        for e in files
    }
    return Discovered(
        sources=sources,
        skipped=_skipped(entries, wanted),
        configuration=configured,
        packages=tuple(p.rpartition("/")[0] for p in sources if p.endswith("/__init__.py")),
        paths=frozenset(e.path for e in entries),
        settings=settings,
    )


def _skipped(entries: Sequence[Entry], wanted: Sequence[str]) -> tuple[Skipped, ...]:
    found = []
    for entry in entries:
        if not _is_below(entry.path, wanted):
            continue
        if entry.mode == SUBMODULE:
            found.append(Skipped(path=entry.path, reason="a submodule: run refactorkit in it"))
        elif entry.mode == LINK and entry.path.endswith(SUFFIXES):
            found.append(Skipped(path=entry.path, reason="a symbolic link"))
    return tuple(found)


def _settings(wanted: Sequence[str], configuration: dict[str, bytes]) -> Settings:
    """The settings of the nearest pyproject.toml at or above all the paths that has any."""
    folder = "" if "." in wanted else commonpath(wanted)
    while True:
        name = f"{folder}/pyproject.toml" if folder else "pyproject.toml"
        if b"refactorkit" in configuration.get(name, b""):
            return load_settings(configuration[name], name)
        if not folder:
            return Settings()
        folder = folder.rpartition("/")[0]


def _check(wanted: Sequence[str], entries: Sequence[Entry], workspace: Workspace) -> None:
    for path in wanted:
        if path == "." or any(e.path == path or e.path.startswith(path + "/") for e in entries):
            continue
        where = f"in {workspace.base[:10]}" if workspace.base else f"below {workspace.root}"
        if workspace.base and (workspace.root / path).exists():
            raise WorkspaceError(
                f"{path} is not in the commit that is read ({where}): commit it, or pass --in-place"
            )
        from difflib import get_close_matches

        folders = {e.path.rsplit("/", 1)[0] for e in entries if "/" in e.path} | {e.path for e in entries}
        near = get_close_matches(path, sorted(folders), 1)
        raise WorkspaceError(
            f"there is no {path} {where}{f': did you mean {near[0]}?' if near else ': check the path'}"
        )


def _is_below(path: str, wanted: Sequence[str]) -> bool:
    return any(w == "." or path == w or path.startswith(w + "/") for w in wanted)


def _environments(entries: Sequence[Entry]) -> tuple[str, ...]:
    """Folders of virtual environments, whatever they are called."""
    return tuple(e.path.rpartition("/")[0] + "/" for e in entries if e.path.endswith("/pyvenv.cfg"))


def _is_foreign(path: str, environments: tuple[str, ...]) -> bool:
    return path.startswith(environments or ("\0",)) or not FOREIGN.isdisjoint(path.split("/")[:-1])


def _patterns(settings: Settings) -> Callable[[str], bool]:
    """Whether `[tool.refactorkit]` leaves a path out; patterns are written as in .gitignore."""
    if not settings.include and not settings.exclude:
        return lambda path: False
    from pathspec import GitIgnoreSpec

    include = GitIgnoreSpec.from_lines(settings.include) if settings.include else None
    exclude = GitIgnoreSpec.from_lines(settings.exclude)
    return lambda path: (include is not None and not include.match_file(path)) or exclude.match_file(path)
