"""A project laid out in a scratch folder, whose Python files can be exchanged for those of a variant."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from refactorkit.discover import FOREIGN, SUFFIXES
from refactorkit.workspace.scratch import scratch, write_files

BUILT = (".py", ".so", ".pyd")
"""What a build leaves beside the sources and git ignores: written version files, compiled extensions."""
COPIED = 1 << 20
"""Bytes of the largest file that is copied into the tree; larger ones are linked, which lets modules write to them."""
MOST_COPIED = 64 << 20
"""Bytes that are copied in all."""
MOST_BUILT = 10_000
"""Files of the checkout that are looked at for that."""


class Tree:
    """The files of a variant in a folder. `become` exchanges what differs, and what was compiled from it."""

    def __init__(self, folder: Path, files: Mapping[str, bytes]) -> None:
        self.folder = folder
        self._files = dict(files)

    def become(self, files: Mapping[str, bytes]) -> None:
        """Hold these Python files (by path from the project's root) and no others."""
        changed = {path: data for path, data in files.items() if self._files.get(path) != data}
        for path in [*(path for path in self._files if path not in files), *changed]:
            target = self.folder / path
            target.unlink(missing_ok=True)
            for compiled in (target.parent / "__pycache__").glob(f"{target.stem}.*.pyc"):
                compiled.unlink()  # the time stamp alone may not tell that it is out of date
        write_files(self.folder, changed)
        self._files = dict(files)


@contextmanager
def laid_out(files: Mapping[str, bytes], root: Path, others: Collection[str]) -> Iterator[Tree]:
    """The Python files in a scratch folder of the project's own name, with the `others` as they lie below `root`.

    Modules may read them while they are imported. What a build has left in the checkout's packages comes along: without
    it, some can't be imported.
    """
    name = root.name or "project"
    beside = [p for p in sorted(others) if not p.endswith(SUFFIXES) and FOREIGN.isdisjoint(p.split("/")[:-1])]
    copied, linked = _divided(root, [*_built(root, files, others), *beside])
    with scratch({f"{name}/{path}": data for path, data in {**copied, **files}.items()}) as folder:
        tree = folder / name
        tree.mkdir(exist_ok=True)
        for path in linked:
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).symlink_to(root / path)
        yield Tree(tree, files)


def _divided(root: Path, paths: Iterable[str]) -> tuple[dict[str, bytes], list[str]]:
    """The bytes of the files that are to be copied, and the files that are to be linked. What isn't there is left out."""
    copied: dict[str, bytes] = {}
    linked: list[str] = []
    room = MOST_COPIED
    for path in paths:
        try:
            size = (root / path).stat().st_size if (root / path).is_file() else None
            if size is not None and size <= min(COPIED, room):
                copied[path] = (root / path).read_bytes()
                room -= size
            elif size is not None:
                linked.append(path)
        except OSError:
            continue  # it may be read by nobody, or has just gone
    return copied, linked


def _built(root: Path, files: Mapping[str, bytes], others: Collection[str]) -> Iterator[str]:
    """The files in the checkout's packages that are in no commit."""
    folders = sorted({path.rpartition("/")[0] for path in files if path.endswith("/__init__.py")})
    left = MOST_BUILT
    for folder in folders:
        if left <= 0 or not FOREIGN.isdisjoint(folder.split("/")) or not (root / folder).is_dir():
            continue
        for entry in os.scandir(root / folder):
            left -= 1
            path = f"{folder}/{entry.name}"
            if entry.name.endswith(BUILT) and path not in files and path not in others:
                yield path
