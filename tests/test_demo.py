"""What the demonstration works on."""

from __future__ import annotations

import ast
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from refactorkit.demo import SubjectUnavailable, legacy_app, subject_archive


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of subjects, and no package index."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    folder = tmp_path / "refactorkit-subjects"
    folder.mkdir()
    return folder


def write_archive(path: Path, members: dict[str, bytes], links: dict[str, str] | None = None) -> None:
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        for name, target in (links or {}).items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, target
            tar.addfile(member)


def test_the_legacy_app_comes_in_path_order_and_parses() -> None:
    app = legacy_app()
    assert list(app) == sorted(app)
    assert {"pyproject.toml", "src/bookclub/types.py", "tests/test_api.py"} <= app.keys()
    assert all(ast.parse(content).body for path, content in app.items() if path.endswith(".py"))
    assert not any("__pycache__" in path for path in app)


def test_the_legacy_app_is_formatted_and_sorted_as_its_own_pyproject_says(tmp_path: Path) -> None:
    for path, content in legacy_app().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    for arguments in (["format", "--check"], ["check"]):
        command = [sys.executable, "-m", "ruff", *arguments, "--no-cache"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_cached_archive_is_read_without_its_top_folder(cache: Path) -> None:
    write_archive(
        cache / "some_thing-1.0.tar.gz", {"some_thing-1.0/src/b.py": b"b", "some_thing-1.0/a.py": b"a"}
    )
    assert list(subject_archive("Some-Thing==1.0").items()) == [("a.py", b"a"), ("src/b.py", b"b")]


def test_links_and_paths_that_lead_out_of_the_archive_are_left_out(cache: Path) -> None:
    names = [
        "x-1/../../out.py",
        "/etc/out.py",
        "x-1/.git/hooks/post-checkout",
        "x-1\\out.py",
        "x-1/C:/out.py",
        "top.py",
    ]
    write_archive(
        cache / "x-1.tar.gz",
        {"x-1/kept.py": b"", **dict.fromkeys(names, b"")},
        {"x-1/link.py": "/etc/passwd"},
    )
    assert list(subject_archive("x==1")) == ["kept.py"]


@pytest.mark.parametrize(
    "name", ["", "prefect>=3", "prefekt", "--index-url=x==1", "a b==1", "../x==1", "x==1 y"]
)
def test_anything_but_a_pinned_release_is_refused(name: str, cache: Path) -> None:
    with pytest.raises(SubjectUnavailable, match="NAME==VERSION"):
        subject_archive(name)


def test_without_an_index_the_error_is_one_line_and_the_cache_stays_empty(cache: Path) -> None:
    with pytest.raises(
        SubjectUnavailable, match=r"no-such-subject==9: pip can't get it from the package index: ."
    ) as caught:
        subject_archive("no-such-subject==9")
    assert "\n" not in str(caught.value)
    assert list(cache.iterdir()) == []


def test_a_damaged_archive_says_which_file_to_delete(cache: Path) -> None:
    write_archive(cache / "x-1.tar.gz", {"x-1/a.py": os.urandom(9000)})
    whole = (cache / "x-1.tar.gz").read_bytes()
    (cache / "x-1.tar.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SubjectUnavailable, match=r"x-1\.tar\.gz can't be read .* delete it"):
        subject_archive("x==1")


@pytest.mark.network
def test_a_release_from_the_index_is_downloaded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert "pyproject.toml" in subject_archive("iniconfig==2.0.0")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert any(path.endswith("iniconfig/__init__.py") for path in subject_archive("iniconfig==2.0.0"))
