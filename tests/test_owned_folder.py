"""Temporary folders of killed runs: the next run removes them, at whatever moment the kill came, and only them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from refactorkit.workspace.owned_folder import owned_folder, remove_stale
from repositories import ROOT

HOLDS = """
import sys
from refactorkit.workspace.owned_folder import owned_folder
with owned_folder("verify", sys.argv[1]) as folder:
    (folder / "tree").mkdir()
    print(folder, flush=True)
    sys.stdin.read()
"""


def holder(place: Path) -> tuple[subprocess.Popen[str], Path]:
    """A process that has a folder, and the folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(place)], env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


@pytest.mark.parametrize("at_leisure", [False, True])
def test_a_folder_goes_with_its_block(tmp_path: Path, at_leisure: bool) -> None:
    with suppress(ZeroDivisionError), owned_folder("verify", str(tmp_path), at_leisure) as folder:
        assert folder.parent == tmp_path.resolve()
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "locked").mkdir()
        (folder / "locked" / "file").write_text("")
        (folder / "locked").chmod(0o500)
        raise ZeroDivisionError
    until = time.monotonic() + 20
    while list(tmp_path.iterdir()) and time.monotonic() < until:
        time.sleep(0.01)
    assert list(tmp_path.iterdir()) == []


def test_a_living_owner_keeps_its_folder_and_a_killed_one_does_not(tmp_path: Path) -> None:
    process, folder = holder(tmp_path)
    remove_stale(str(tmp_path))
    assert (folder / "tree").is_dir()
    process.kill()
    process.communicate()
    assert (folder / "tree").is_dir()
    remove_stale(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_whatever_a_kill_left_of_a_folder_goes(tmp_path: Path) -> None:
    for name in ("made", "empty", "half", "whole"):
        (tmp_path / f"refactorkit-verify-{name}.lock").touch()
    for name in ("empty/.", "half/tree", "whole/tree", "whole/objects"):
        (tmp_path / f"refactorkit-verify-{name}").mkdir(parents=True)
    with owned_folder("scratch", str(tmp_path)) as folder:
        assert {p.name for p in tmp_path.iterdir()} == {folder.name, f"{folder.name}.lock"}
    assert list(tmp_path.iterdir()) == []


def test_a_child_that_outlives_the_kill_and_still_writes_does_not_keep_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "refactorkit-verify-x"
    folder.mkdir()
    (tmp_path / "refactorkit-verify-x.lock").touch()
    writes = (
        "import os, sys, time\nos.chdir(sys.argv[1])\nend = time.monotonic() + 0.15\nn = 0\nprint(flush=True)\n"
        "while time.monotonic() < end:\n    n += 1\n    os.makedirs(f'{n % 7}/{n}', exist_ok=True)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", writes, str(folder)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert child.stdout is not None
    child.stdout.readline()
    remove_stale(str(tmp_path))
    child.communicate()
    remove_stale(str(tmp_path))  # whatever was written after the last attempt is the next run's
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_ours_stays(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("")
    (tmp_path / "refactorkit-verify-link").symlink_to(kept)
    (tmp_path / "refactorkit-verify-link.lock").touch()
    (tmp_path / "refactorkit-notes").mkdir()  # no lock file: somebody's own
    (tmp_path / "other.lock").touch()
    (tmp_path / "other").mkdir()
    (tmp_path / "refactorkit-to-file.lock").symlink_to(kept / "file")
    before = sorted(p.name for p in tmp_path.iterdir())
    mode = tmp_path.stat().st_mode
    remove_stale(str(tmp_path))
    assert sorted(p.name for p in tmp_path.iterdir()) == before
    assert (kept / "file").exists()
    assert tmp_path.stat().st_mode == mode
