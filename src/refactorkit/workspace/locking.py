"""One run at a time on a repository or a folder.

The lock is one of the kernel's (flock, LockFileEx), which lets go of it when the process ends, however it ends. So a
lock is never stale, a process id that was given to somebody else means nothing, and there is no moment between finding
out that an owner is dead and taking its place. What the file holds is only read by people: who works here.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from refactorkit.workspace.entries import WorkspaceError

PATIENCE = 20.0
"""Seconds that a second run waits for the first."""
PAUSE = 0.1
"""Seconds between two attempts."""
FAR = 1 << 30
"""Where Windows locks: bytes that hold nothing, so that the text before them can be read."""

if sys.platform == "win32":
    import msvcrt

    def try_lock(handle: int) -> bool:
        """Lock an open file for this process alone; False when another one has it."""
        os.lseek(handle, FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def try_lock(handle: int) -> bool:
        """Lock an open file or folder for this process alone; False when another one has it.

        Raises OSError on a file system without locks.
        """
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def locked_file(path: Path, say: Callable[[str], None], patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock of a file, which is made and goes away again.

    `say` is told once whom it waits for. Raises WorkspaceError when the other run takes longer than `patience` seconds,
    or when the file can't be made.
    """
    handle = None
    until = time.monotonic() + patience
    waits = False
    while handle is None:
        try:
            handle = _taken(path)
        except OSError as error:
            raise WorkspaceError(
                f"{path} can't be locked ({error.strerror}): check that .git is writable"
            ) from error
        if handle is None:
            waits = _wait(until, waits, _owner(path), say)
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, _self().encode(), 0)
        yield
    finally:
        with suppress(
            OSError
        ):  # before the lock goes: whoever waits sees that the file isn't the one it opened
            path.unlink()
        os.close(handle)


@contextmanager
def locked_folder(folder: Path, say: Callable[[str], None], patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock of a folder itself, so that nothing is written into it.

    Where folders can't be locked (Windows, some network file systems) nothing is; files are replaced one by one in a
    single step there too. Raises WorkspaceError as `locked_file` does.
    """
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        yield
        return
    until = time.monotonic() + patience
    waits = False
    try:
        with suppress(OSError):
            while not try_lock(handle):
                waits = _wait(until, waits, "another process", say)
        yield
    finally:
        os.close(handle)


def _taken(path: Path) -> int | None:
    """The file, opened and locked; None when another process has it. Raises OSError when it can't be made."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    try:
        if try_lock(handle) and is_still(handle, path):
            return handle
    except OSError:  # a file system without locks: branches are moved by compare-and-swap there too
        return handle
    os.close(handle)
    return None


def is_still(handle: int, path: Path) -> bool:
    """Whether the path still leads to the file that was opened: its last owner may have removed it meanwhile."""
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path))
    except FileNotFoundError:
        return False


def _wait(until: float, waits: bool, owner: str, say: Callable[[str], None]) -> bool:
    if time.monotonic() > until:
        raise WorkspaceError(f"refactorkit already runs here ({owner}): run again when it has ended")
    if not waits:
        say(f"waiting for another run here to end ({owner})")
    time.sleep(PAUSE)
    return True


def _self() -> str:
    started = time.strftime("%Y-%m-%d %H:%M:%S")
    return f"process {os.getpid()} on {socket.gethostname()}, since {started}\n"


def _owner(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip()[:200] or "another process"
    except OSError:
        return "another process"


__all__ = ["is_still", "locked_file", "locked_folder", "try_lock"]
