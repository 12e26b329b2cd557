"""Temporary folders, away from the project."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch(files: Mapping[str, bytes]) -> Iterator[Path]:
    """Lay `files` (path relative to the folder -> bytes) out in a temporary folder that goes away afterwards."""
    with tempfile.TemporaryDirectory(prefix="refactorkit-") as name:
        folder = Path(name).resolve()
        write_files(folder, files)
        yield folder


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a folder, given by their path from it. Raises ValueError for one that leads outside."""
    for relative, data in files.items():
        target = folder / relative
        if not target.resolve().is_relative_to(folder):
            raise ValueError(f"{relative!r} leads outside of {folder}")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
