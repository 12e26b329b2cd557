"""Whether a project is what a recipe asks for: a table of what projects declare and what recipes ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactorkit.discover import discover
from refactorkit.preconditions import Conditions, unmet
from refactorkit.workspace.disk import DiskWorkspace

NEEDS = '[project]\nname = "app"\n{}dependencies = [{}]\n'
NONE = Conditions()
POETRY = "[tool.poetry.dependencies]\n"


def judged(folder: Path, files: dict[str, str], when: Conditions, unless: Conditions = NONE) -> str | None:
    """Why the conditions don't hold for a project of these files."""
    for name, text in {"app.py": "import logging\n", **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    workspace = DiskWorkspace(folder)
    return unmet(when, unless, lambda: discover(workspace, (str(folder),)), workspace)


@pytest.mark.parametrize(
    ("declared", "asked", "said"),
    [
        ('"pydantic"', "pydantic", None),
        ('"Py.Dantic[email]>=1; python_version > \'3\'"', "py_dantic", None),
        ('"pydantic-core"', "pydantic", "the project declares no dependency on pydantic"),
        ('"pydantic>=2"', "pydantic>=2", None),
        ('"pydantic>=2.4,<3"', "pydantic>=2", None),
        ('"pydantic>=2.4,<3"', "pydantic>=2,<3", None),
        ('"pydantic>=2.4"', "pydantic>=2,<3", "pyproject.toml allows pydantic>=2.4, which is not always "),
        ('"pydantic>=1.10"', "pydantic>=2", "pyproject.toml allows pydantic>=1.10, which is not always >=2"),
        ('"pydantic"', "pydantic>=2", "pyproject.toml allows any version of pydantic, which is not always >=2"),
        ('"pydantic==2.*"', "pydantic>=2,<3", None),
        ('"pydantic~=2.1"', "pydantic>=2,<3", None),
        ('"pydantic~=2.1.5"', "pydantic<2.2", None),
        ('"pydantic~=2.1"', "pydantic<2.2", "pyproject.toml allows pydantic~=2.1, which is not always <2.2"),
        ('"pydantic==2.5.1"', "pydantic>=2.5,<2.6", None),
        ('"pydantic>2"', "pydantic>=2", None),
        ('"pydantic>=2"', "pydantic>2", "pyproject.toml allows pydantic>=2, which is not always >2"),
        ('"pydantic!=2.3,>=2"', "pydantic>=2,!=2.3", None),
        ('"pydantic===2.0"', "pydantic>=2", "pyproject.toml allows pydantic===2.0, which is not always >=2"),
        ('"pydantic>=2", "pydantic<3"', "pydantic>=2", "pyproject.toml allows pydantic<3"),
        ('"not a requirement", "pydantic"', "pydantic", None),
    ],
)  # fmt: skip
def test_every_version_that_the_project_allows_must_do(
    tmp_path: Path, declared: str, asked: str, said: str | None
) -> None:
    got = judged(tmp_path, {"pyproject.toml": NEEDS.format("", declared)}, Conditions(dependency=asked))
    assert got is None if said is None else said in (got or "")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", '[project]\noptional-dependencies.x = ["pydantic>=2"]\n'),
        ("pyproject.toml", '[dependency-groups]\ndev = ["pydantic>=2", {include-group = "x"}]\n'),
        ("pyproject.toml", POETRY + 'pydantic = "^2.1"\n'),
        ("pyproject.toml", POETRY + 'pydantic = { version = "~2.1", extras = ["email"] }\n'),
        ("pyproject.toml", POETRY + 'pydantic = "2.5.1"\n'),
        ("pyproject.toml", '[tool.poetry.group.dev.dependencies]\npydantic = ">=2,<4"\n'),
        ("setup.cfg", "[options]\ninstall_requires =\n    pydantic>=2\n    rich\n"),
        ("setup.cfg", "[options.extras_require]\nx = pydantic>=2\n"),
        ("requirements.txt", "# all\n-r other.txt\npydantic==2.1  # pinned\n"),
        ("services/api/requirements/dev.txt", "pydantic==2.1 --hash=sha256:00 \\\n"),
    ],
)
def test_dependencies_are_found_wherever_they_are_declared(tmp_path: Path, name: str, text: str) -> None:
    assert judged(tmp_path, {name: text}, Conditions(dependency="pydantic>=2")) is None


@pytest.mark.parametrize(
    ("version", "asked", "said"),
    [
        ("2.5.1", "pydantic>=2", None),
        ("1.10.2", "pydantic>=2", "pydantic is locked at 1.10.2, not >=2"),
        ("3.0b1", "pydantic>=2", None),
    ],
)
def test_a_lock_file_decides_about_the_version(
    tmp_path: Path, version: str, asked: str, said: str | None
) -> None:
    lock = f'version = 1\n[[package]]\nname = "pydantic"\nversion = "{version}"\n'
    files = {"pyproject.toml": NEEDS.format("", '"pydantic"'), "uv.lock": lock}
    assert judged(tmp_path, files, Conditions(dependency=asked)) == said


def test_python_asks_for_the_versions_that_the_project_runs_on(tmp_path: Path) -> None:
    files = {"pyproject.toml": NEEDS.format('requires-python = ">=3.10"\n', "")}
    assert judged(tmp_path, files, Conditions(dependency="python>=3.10")) is None
    assert judged(tmp_path, files, Conditions(dependency="python>=3.11")) == (
        "pyproject.toml allows python>=3.10, which is not always >=3.11"
    )


@pytest.mark.parametrize(
    ("when", "unless", "said"),
    [
        (Conditions(file="alembic.ini"), Conditions(), None),
        (Conditions(file=("*.ini", "app.py")), Conditions(), None),
        (Conditions(file="/alembic.ini"), Conditions(), "the project has no file /alembic.ini"),
        (Conditions(text="import logging"), Conditions(), None),
        (Conditions(text="import os"), Conditions(), "no Python file mentions 'import os'"),
        (Conditions(), Conditions(file="*.ini"), "the project has db/alembic.ini"),
        (Conditions(), Conditions(text=("nope", "logging")), "app.py mentions 'logging'"),
        (Conditions(), Conditions(dependency="pydantic", text="nope"), None),
        (Conditions(text="logging"), Conditions(file="nope"), None),
    ],
)
def test_files_and_texts_are_looked_for(
    tmp_path: Path, when: Conditions, unless: Conditions, said: str | None
) -> None:
    assert judged(tmp_path, {"db/alembic.ini": ""}, when, unless) == said


def test_files_that_cannot_be_read_declare_nothing(tmp_path: Path) -> None:
    files = {"pyproject.toml": "[", "setup.cfg": "x", "requirements.txt": "\0\n", "uv.lock": "[["}
    assert judged(tmp_path, files, Conditions(dependency="pydantic")) == (
        "the project declares no dependency on pydantic"
    )
