"""What a user gets: the wheel, built from a clean copy of the project as git sees it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def clean_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's files in a folder of their own: what git tracks or would track, links as links, no leftovers."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    copy = tmp_path_factory.mktemp("clean") / "refactor kit"
    for name in filter(None, names):
        if os.path.lexists(ROOT / name):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name, follow_symlinks=False)
    return copy


@pytest.fixture(scope="module")
def wheel(clean_copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as `pip install .` builds it, in a checkout where bytecode lies about."""
    for folder in ("codemods", "src/refactorkit/demo/app"):
        (clean_copy / folder / "__pycache__").mkdir(parents=True)
        (clean_copy / folder / "__pycache__" / "left_over.cpython-311.pyc").write_bytes(b"")
    return build("--wheel", clean_copy, tmp_path_factory.mktemp("wheel"))


def build(kind: str, source: Path, out: Path) -> Path:
    """Build `--wheel` or `--sdist` with the backend of this environment, and return the file."""
    command = [sys.executable, "-m", "build", kind, "--no-isolation", "--outdir", str(out), str(source)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = out.iterdir()
    return path


def names_in(wheel: Path) -> list[str]:
    """The paths in a wheel, as often as they are in it."""
    with zipfile.ZipFile(wheel) as archive:
        return sorted(archive.namelist())


def test_wheel_holds_refactorkit_and_nothing_else(wheel: Path) -> None:
    names = names_in(wheel)
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"refactorkit"}
    assert not [name for name in names if name.endswith(".pyc")]
    assert "refactorkit/py.typed" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_wheel_holds_every_file_once_and_codemods_inside_the_package(wheel: Path, clean_copy: Path) -> None:
    files = [
        path for path in clean_copy.glob("src/refactorkit/**/*") if path.is_file() and path.suffix != ".pyc"
    ]
    package = {path.relative_to(clean_copy / "src").as_posix() for path in files}
    codemods = {f"refactorkit/codemods/{path.name}" for path in clean_copy.glob("codemods/*.py")}
    shipped = [name for name in names_in(wheel) if ".dist-info/" not in name]
    assert shipped == sorted(package | codemods)
    assert "refactorkit/codemods/__init__.py" in codemods


def test_source_distribution_builds_the_same_wheel(wheel: Path, clean_copy: Path, tmp_path: Path) -> None:
    archive = build("--sdist", clean_copy, tmp_path / "sdist")
    shutil.unpack_archive(archive, tmp_path / "unpacked", filter="data")
    (source,) = (tmp_path / "unpacked").iterdir()
    assert names_in(build("--wheel", source, tmp_path / "wheel")) == names_in(wheel)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment with nothing but the wheel and what it needs."""
    venv = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    scripts = venv / ("Scripts" if os.name == "nt" else "bin")
    install(scripts, wheel)
    return scripts


def install(scripts: Path, wheel: Path, *more: str) -> None:
    """Install a wheel into the environment with this `bin` folder."""
    pip = [sys.executable, "-m", "pip", "--python", str(scripts / "python"), "install", "--quiet", *more]
    done = subprocess.run([*pip, str(wheel)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def refactorkit(scripts: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command that was installed, in a folder."""
    bare = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))
    }
    command = [str(scripts / "refactorkit"), *arguments]
    return subprocess.run(command, cwd=folder, env=bare, capture_output=True, text=True, check=False)


@pytest.mark.network
def test_installed_wheel_lists_its_codemods(installed: Path, tmp_path: Path) -> None:
    listing = refactorkit(installed, tmp_path, "list")
    assert listing.returncode == 0, listing.stderr
    assert "http-url" in listing.stdout


@pytest.mark.network
def test_a_distribution_of_somebody_else_brings_codemods(installed: Path, tmp_path: Path) -> None:
    plugin = shutil.copytree(ROOT / "tests" / "sample_plugin", tmp_path / "plugin")
    install(installed, build("--wheel", plugin, tmp_path / "wheels"), "--no-deps")
    listed = refactorkit(installed, tmp_path, "list").stdout.splitlines()
    assert [line.split()[0] for line in listed] == sorted(line.split()[0] for line in listed)
    assert {"count-asserts", "quiet-print", "http-url"} <= {line.split()[0] for line in listed}
    explained = refactorkit(installed, tmp_path, "explain", "quiet-print").stdout
    assert "From refactorkit-sample-plugin 1.2.3." in explained
    assert "-o function=log" in explained

    project = tmp_path / "project"
    project.mkdir()
    for number in range(25):  # as many as are given to workers
        (project / f"m{number}.py").write_text("print('x')\nassert print\n")
    (project / "total.py").write_text("ASSERTS = ...\n")
    done = refactorkit(
        installed, project, "apply", "quiet-print,count-asserts", ".", "--in-place", "--jobs", "2"
    )
    assert done.returncode == 0, done.stderr
    assert {path.read_text() for path in project.glob("m*.py")} == {"log('x')\nassert print\n"}
    assert (project / "total.py").read_text() == "ASSERTS = 25\n"
