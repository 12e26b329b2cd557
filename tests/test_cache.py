"""What is kept between runs: found again, bounded, shared by runs at once, and never in the way of a run."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from refactorkit import cache as caching
from refactorkit.cache import NAME, Cache, clean, digest

FILL = """
import sys
from pathlib import Path
from refactorkit.cache import Cache, digest

folder, name, rounds = sys.argv[1:]
cache = Cache(Path(folder), warn=print)
for number in range(int(rounds)):
    cache.put({digest(name.encode(), b"%d" % n): b"%d" % n * 1000 for n in range(number * 20, number * 20 + 20)})
    print(number, flush=True)
cache.close()
"""


def start(folder: Path, name: str, rounds: int, **options: object) -> subprocess.Popen[str]:
    """A process that writes 20 entries at a time."""
    command = [sys.executable, "-c", FILL, str(folder), name, str(rounds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)  # type: ignore[call-overload, no-any-return]


def check_entries(folder: Path, name: str, count: int) -> None:
    """The first `count` entries of a process are there, and whole."""
    keys = {digest(name.encode(), b"%d" % n): b"%d" % n * 1000 for n in range(count)}
    said: list[str] = []
    found = Cache(folder, said.append)
    assert found.get(list(keys)) == keys
    assert said == []
    found.close()


def key(number: int) -> bytes:
    return digest(b"%d" % number)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a cache may be made."""
    return tmp_path / "a" / "cache"


def test_what_was_kept_is_found_by_a_later_run(folder: Path) -> None:
    first = Cache(folder)
    first.put({key(n): b"%d" % n for n in range(2000)})
    first.close()
    second = Cache(folder)
    assert second.get([key(n) for n in range(1990, 2010)]) == {key(n): b"%d" % n for n in range(1990, 2000)}
    second.close()
    assert folder.stat().st_mode & 0o777 == 0o700


def test_nothing_is_made_by_looking_and_sqlite_is_not_loaded(folder: Path) -> None:
    script = f"""
import sys
from pathlib import Path
from refactorkit.cache import Cache
assert Cache(Path({str(folder)!r})).get([b"x" * 32]) == {{}}
assert Cache().get([b"x" * 32]) == {{}}
Cache().put({{b"x" * 32: b"y"}})
assert "sqlite3" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True)
    assert not folder.exists()


def test_parts_are_told_apart_by_where_they_are_cut() -> None:
    assert digest(b"ab", b"c") != digest(b"a", b"bc") != digest(b"abc")


def test_two_runs_at_once_both_keep_what_they_made(folder: Path) -> None:
    running = [start(folder, name, 30) for name in ("one", "two", "three")]
    for process in running:
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert out.split() == [str(number) for number in range(30)]
    for name in ("one", "two", "three"):
        check_entries(folder, name, 600)


def test_a_killed_run_leaves_all_that_it_had_finished(folder: Path) -> None:
    process = start(folder, "killed", 10_000)
    assert process.stdout is not None
    for _ in range(5):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    check_entries(folder, "killed", 100)


def test_a_full_disk_stops_nothing_and_what_was_there_stays(folder: Path) -> None:
    full = start(folder, "before", 5)
    full.communicate(timeout=60)

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))

    process = start(folder, "full", 40, preexec_fn=small)
    out, _ = process.communicate(timeout=60)
    lines = out.splitlines()
    assert process.returncode == 0
    assert [line for line in lines if line.isdigit()] == [str(number) for number in range(40)]
    warnings = [line for line in lines if not line.isdigit()]
    assert len(warnings) == 1
    assert warnings[0].startswith(f"nothing is cached: {folder} can't be used (")
    check_entries(folder, "before", 100)


@pytest.mark.parametrize("place", ["file", "system"])
def test_a_folder_that_cannot_be_written_is_said_once(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    said: list[str] = []
    unusable = Cache(
        tmp_path / "file" / "cache" if place == "file" else Path("/proc/refactorkit"), said.append
    )
    for _ in range(3):
        unusable.put({key(1): b"1"})
        assert unusable.get([key(1)]) == {}
    assert len(said) == 1
    assert "name another --cache-dir" in said[0]
    assert not unusable.is_open


def old(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 3)


def garble(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[2000:] = os.urandom(len(data) - 2000)
    path.write_bytes(data)


def swap(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE entries SET value = x'0123456789abcdef' || value")
    connection.close()


def strange(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE entries (other)")
        connection.execute(f"PRAGMA user_version = {caching.VERSION}")
    connection.close()


@pytest.mark.parametrize("damage", [old, cut, garble, swap, strange, lambda p: p.write_bytes(b""), lambda p: p.write_text("no database" * 99)])  # fmt: skip
def test_a_damaged_or_foreign_file_is_made_anew(folder: Path, damage: object) -> None:
    first = Cache(folder)
    first.put({key(n): b"%d" % n * 100 for n in range(500)})
    first.close()
    damage(folder / NAME)  # type: ignore[operator]
    said: list[str] = []
    second = Cache(folder, said.append)
    found = second.get([key(n) for n in range(500)])
    assert found.items() <= {key(n): b"%d" % n * 100 for n in range(500)}.items()
    assert len(found) < 500
    second.put({key(1): b"new"})
    assert second.get([key(1)]) == {key(1): b"new"}
    second.close()
    assert said == []


def test_the_file_stays_within_its_limit_and_the_oldest_use_goes_first(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = 1 << 20
    now = time.time()
    small = Cache(folder, limit=limit)
    for day in range(10):
        monkeypatch.setattr(time, "time", lambda day=day: now + day * caching.DAY)
        small.put({digest(b"%d" % day, b"%d" % n): os.urandom(4000) for n in range(60)})
        assert small.get([digest(b"0", b"0")])  # used every day
    found = {day: len(small.get([digest(b"%d" % day, b"%d" % n) for n in range(60)])) for day in range(10)}
    small.close()
    assert (folder / NAME).stat().st_size < 1.3 * limit
    assert not (folder / f"{NAME}-wal").exists()
    assert found[0] == 1
    assert found[1] == 0
    assert found[9] == 60


def test_an_entry_as_large_as_the_cache_is_not_kept(folder: Path) -> None:
    small = Cache(folder, limit=1 << 20)
    small.put({key(1): bytes(1 << 19), key(2): b"2"})
    assert small.get([key(1), key(2)]) == {key(2): b"2"}
    small.close()


def test_cleaning_removes_the_files_and_says_how_much(folder: Path) -> None:
    assert clean(folder) == 0
    full = Cache(folder)
    full.put({key(1): bytes(100_000)})
    full.close()
    assert clean(folder) > 100_000
    assert not folder.exists()
