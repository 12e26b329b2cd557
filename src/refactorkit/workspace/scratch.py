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
        for relative, data in files.items():
            target = folder / relative
            if not target.resolve().is_relative_to(folder):
                raise ValueError(f"{relative!r} leads outside the scratch folder")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        yield folder
