"""Temporary folders that a killed run doesn't leave behind for good: the next run removes them.

Beside a folder `refactorkit-verify-abc` lies `refactorkit-verify-abc.lock`, which its run holds locked (see `locking`: the
lock goes with the process, however it ends). The lock file is made before the folder and removed after it, so that there
is no moment at which a killed run leaves a folder that nobody can tell from a living run's. See docs/adr/0009.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from refactorkit.workspace.locking import is_still, try_lock

PREFIX = "refactorkit-"
"""How the names of all these folders begin."""
SUFFIX = ".lock"
ATTEMPTS = 5
PAUSE = 0.1
"""Seconds between attempts to remove a folder: what a killed run had started may still be writing for a moment."""


@contextmanager
def owned_folder(kind: str, parent: str | None = None, at_leisure: bool = False) -> Iterator[Path]:
    """A new folder `refactorkit-<kind>-…` for this user alone, below `parent` or the usual temporary folder.

    It goes away whatever happens: with `at_leisure` in a thread, for which the interpreter waits before it ends. Those of
    runs that are no longer alive go first. Raises OSError when it can't be made.
    """
    place = parent or tempfile.gettempdir()
    remove_stale(place)
    folder, handle = _made(f"{PREFIX}{kind}-", place)
    try:
        yield folder
    finally:
        if at_leisure:
            threading.Thread(target=_end, args=(folder, handle)).start()
        else:
            _end(folder, handle)


def remove_stale(place: str) -> None:
    """Remove the folders of this user's runs that are no longer alive: their lock is free."""
    with suppress(OSError), os.scandir(place) as entries:
        locks = [entry.path for entry in entries if _is_lock(entry.name)]
        for path in locks:
            with suppress(OSError):
                _remove_if_stale(path)


def _is_lock(name: str) -> bool:
    return name.startswith(PREFIX) and name.endswith(SUFFIX)


def _remove_if_stale(path: str) -> None:
    handle = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    try:
        if hasattr(os, "getuid") and os.fstat(handle).st_uid != os.getuid():
            os.close(handle)
            return
        locked = try_lock(handle) and is_still(handle, Path(path))
    except OSError:  # a file system without locks: nobody else's folder is removed there
        locked = False
    if locked:
        _end(Path(path.removesuffix(SUFFIX)), handle)
    else:
        os.close(handle)


def _made(prefix: str, place: str) -> tuple[Path, int]:
    """A new folder, and its lock file, opened and locked."""
    while True:
        handle, name = tempfile.mkstemp(SUFFIX, prefix, place)
        lock = Path(name).resolve()
        folder = lock.with_name(lock.name.removesuffix(SUFFIX))
        try:
            mine = try_lock(handle) and is_still(handle, lock)  # another run may just have taken it for stale
        except OSError:
            mine = True
        if mine:
            with suppress(FileExistsError):
                folder.mkdir(stat.S_IRWXU)
                return folder, handle
            lock.unlink()
        os.close(handle)


def _end(folder: Path, handle: int) -> None:
    """Remove a folder, and then its lock file, unless something can't be removed: a later run tries again."""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE)
        remove_folder(folder)
        if not os.path.lexists(folder):
            break
    lock = folder.with_name(folder.name + SUFFIX)
    with suppress(OSError):  # before the lock goes: whoever waits sees that the file isn't the one it opened
        if not os.path.lexists(folder):
            lock.unlink()
    os.close(handle)


def remove_folder(folder: Path) -> None:
    """Remove a folder also where a command took its own right to do so away; never follows a link."""
    if folder.is_symlink() or not folder.is_dir():
        return

    def once_more(function: Callable[..., object], path: str, _: object) -> None:
        with suppress(OSError):
            if Path(path) != folder:
                os.chmod(os.path.dirname(path), stat.S_IRWXU)
            os.chmod(path, stat.S_IRWXU, follow_symlinks=False) if os.path.isdir(path) else None
            function(path)

    shutil.rmtree(folder, onerror=once_more)
    if folder.exists():  # a folder that couldn't be listed at first
        shutil.rmtree(folder, ignore_errors=True)


__all__ = ["owned_folder", "remove_folder", "remove_stale"]
