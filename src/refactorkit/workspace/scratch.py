"""Temporary folders, away from the project."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch(files: Mapping[str, bytes]) -> Iterator[Path]:
    """Lay `files` (path relative to the folder -> bytes) out in a temporary folder that goes away afterwards.

    It goes in the background, because removing folders takes some file systems longer than what was done in them; the
    interpreter waits for that before it ends. Raises ValueError for a path that leads outside.
    """
    folder = Path(tempfile.mkdtemp(prefix="refactorkit-")).resolve()
    try:
        write_files(folder, files)
        yield folder
    finally:
        threading.Thread(target=shutil.rmtree, args=(folder, True)).start()


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
