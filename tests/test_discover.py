"""Which files a run looks at."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactorkit.config import ConfigError, Settings, load_settings, nearest
from refactorkit.discover import discover
from refactorkit.workspace.disk import DiskWorkspace
from refactorkit.workspace.git import GitWorkspace
from repositories import Repository


def files(*names: str) -> dict[str, str | bytes]:
    return dict.fromkeys(names, "x = 1\n")


def test_python_files_of_the_project_are_read_and_those_of_others_are_not(repository: Repository) -> None:
    repository.commit(files("src/a.py", "src/b.pyi", "c.txt", "node_modules/d.py", ".venv/e.py", "env/lib/f.py", "env/pyvenv.cfg", "x/site-packages/g.py", "venv.py", "old/venv/lib/h.py", "lib/venv/__init__.py", "lib/venv/made.py"))  # fmt: skip
    found = discover(GitWorkspace.open(repository.path, repository.path, "HEAD"), ["src"])
    assert list(found.sources) == [
        "lib/venv/__init__.py",
        "lib/venv/made.py",
        "src/a.py",
        "src/b.pyi",
        "venv.py",
    ]
    assert [path for path, source in found.sources.items() if source.in_scope] == ["src/a.py", "src/b.pyi"]
    assert "c.txt" in found.paths


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ("", ["app/gen/a.py", "app/old_b.py", "gen/c.py"]),
        ("exclude = ['gen/']", ["app/old_b.py"]),
        ("exclude = ['/gen']", ["app/gen/a.py", "app/old_b.py"]),
        ("exclude = ['old_*.py', '!app/gen']", ["app/gen/a.py", "gen/c.py"]),
        ("include = ['app/']", ["app/gen/a.py", "app/old_b.py"]),
        ("include = ['app/']\nexclude = ['gen']", ["app/old_b.py"]),
    ],
)
@pytest.mark.parametrize("home", ["", "backend/"])
def test_patterns_are_relative_to_the_settings(
    repository: Repository, settings: str, wanted: list[str], home: str
) -> None:
    names = [f"{home}{name}" for name in ("app/gen/a.py", "app/old_b.py", "gen/c.py")]
    repository.commit({**files(*names), f"{home}pyproject.toml": f"[tool.refactorkit]\n{settings}\n"})
    workspace = GitWorkspace.open(repository.path, repository.path, "HEAD")
    found = discover(workspace, [home.rstrip("/") or "."])
    in_scope = [path.removeprefix(home) for path, source in found.sources.items() if source.in_scope]
    assert in_scope == wanted


def test_the_nearest_settings_above_all_paths_hold(repository: Repository) -> None:
    repository.commit({
        **files("a/b/x.py", "a/c/y.py"),
        "pyproject.toml": "[tool.refactorkit]\nlevel = 'suggested'\n",
        "a/b/pyproject.toml": "[tool.refactorkit]\nlevel = 'observed'\n",
        "a/c/pyproject.toml": "[project]\nname = 'uses-refactorkit'\n",
    })  # fmt: skip
    workspace = GitWorkspace.open(repository.path, repository.path, "HEAD")
    for paths, level in (
        (["a/b"], "observed"),
        (["a/c"], "suggested"),
        (["a/b", "a/c"], "suggested"),
        (["a/b/x.py"], "observed"),
    ):
        assert discover(workspace, paths).settings.level == level


def test_the_disk_and_a_commit_give_the_same(repository: Repository) -> None:
    repository.commit({**files("src/a.py", "src/deep/b.py"), ".gitignore": "build/\n"})
    repository.write(files("build/c.py"))
    disk = discover(DiskWorkspace(repository.path), [str(repository.path)])
    git = discover(GitWorkspace.open(repository.path, repository.path, "HEAD"), ["."])
    assert disk.sources == git.sources
    assert disk.packages == git.packages


def test_settings_may_be_a_file_of_their_own(tmp_path: Path) -> None:
    assert load_settings(b"exclude = ['x']\n", "refactorkit.toml") == Settings(exclude=("x",))
    assert load_settings(b"[tool.refactorkit]\nexclude = ['x']\n", "my.toml") == Settings(exclude=("x",))
    assert load_settings(b"[tool.other]\n", "pyproject.toml") == Settings()
    with pytest.raises(ConfigError, match="is not valid TOML"):
        load_settings(b"\xff", "pyproject.toml")


def test_nearest_names_come_before_all_names() -> None:
    assert nearest("exlude", ["exclude", "include"]) == "did you mean exclude or include?"
    assert nearest("zzz", ["b", "a"]) == "there is a, b"
    assert nearest("zzz", ["b", "a"], "look") == "look"
    assert nearest("zzz", []) == "there is none"
