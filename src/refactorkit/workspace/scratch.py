"""Temporary folders, away from the project."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from refactorkit.workspace.owned_folder import owned_folder

MEMORY = "/dev/shm"
"""Linux' file system in memory (https://man7.org/linux/man-pages/man7/shm_overview.7.html)."""
SPARE = 32 * 1024 * 1024
"""Bytes that are left to others there."""


@contextmanager
def scratch(files: Mapping[str, bytes]) -> Iterator[Path]:
    """Lay `files` (path relative to the folder -> bytes) out in a temporary folder that goes away afterwards.

    It goes in the background, because removing folders takes some file systems longer than what was done in them; the
    interpreter waits for that before it ends. Raises ValueError for a path that leads outside.
    """
    size = sum(map(len, files.values()))
    with owned_folder("scratch", memory_folder(size), at_leisure=True) as folder:
        write_files(folder, files)
        yield folder


def memory_folder(size: int) -> str | None:
    """A folder in memory with room for some files of `size` bytes in all, or None for the usual temporary folder.

    Where temporary files lie on a slow file system, making the folders takes longer than the tool that runs in them.
    TMPDIR, when the user sets it, is obeyed.
    """
    if os.environ.get("TMPDIR") or not os.access(MEMORY, os.W_OK | os.X_OK):
        return None
    room = os.statvfs(MEMORY)
    return MEMORY if room.f_bavail * room.f_frsize > 8 * size + SPARE else None


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files by their path from a folder. Raises ValueError for one that leads outside."""
    made: set[Path] = set()
    for relative, data in files.items():
        target = folder / relative
        if ".." in target.parts or not target.is_relative_to(folder):
            raise ValueError(f"{relative!r} leads outside of {folder}")
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        target.write_bytes(data)
