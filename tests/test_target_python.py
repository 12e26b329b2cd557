"""Which Python a project is for, from what its metadata says."""

from __future__ import annotations

import pytest

from refactorkit.analysis.target_python import UNSAID, file_reader, oldest_python, python_for
from refactorkit.model import Source

POETRY = '[tool.poetry]\nname = "x"\n\n[tool.poetry.dependencies]\n%s\n\n[tool.poetry.group.dev.dependencies]\npython = "2"\n'


def setup(data: str) -> dict[str, Source]:
    return {"setup.py": Source(path="setup.py", data=data.encode())}


@pytest.mark.parametrize(
    ("said", "minor"),
    [
        (">=3.8", 8),
        (">= 3.10, <4", 10),
        ("<4,>=3.9", 9),
        ("~=3.10.2", 10),
        ("==3.12.*", 12),
        (">3.8", 8),
        (">=3", 0),
        (">=2.7, !=3.0.*, !=3.1.*", None),
        ("<3.13", None),
        ("", None),
    ],
)
def test_requirements_of_every_kind(said: str, minor: int | None) -> None:
    expected = (3, minor) if minor is not None else None
    places: list[tuple[dict[str, bytes], dict[str, Source]]] = [
        ({"pyproject.toml": f'[project]\nrequires-python = "{said}"\n'.encode()}, {}),
        ({"setup.cfg": f"[options]\npython_requires = {said}\n".encode()}, {}),
        ({}, setup(f"from setuptools import setup\nsetup(name='x', python_requires='{said}')\n")),
        ({}, setup(f"arguments = {{'python_requires': '{said}'}}\n")),
    ]
    for configuration, sources in places:
        assert python_for("a/b.py", file_reader(configuration, sources)) == expected
        assert oldest_python(configuration, sources) == (expected or UNSAID)


@pytest.mark.parametrize(
    ("line", "minor"),
    [
        ('python = "^3.9"', 9),
        ('python = "~3.10"', 10),
        ('python = "3.11.*"', 11),
        ('python = "^3.8 || ^3.12"', 8),
        ('python = ">=3.9,<3.13"', 9),
        ('python = { version = "^3.10" }', 10),
        ('click = "^3.2"\npython = "^3.9"', 9),
        ('click = "^3.2"', None),
    ],
)
def test_poetry(line: str, minor: int | None) -> None:
    read = file_reader({"pyproject.toml": (POETRY % line).encode()}, {})
    assert python_for("a.py", read) == ((3, minor) if minor is not None else None)


def test_a_computed_version_is_not_said() -> None:
    assert oldest_python({}, setup("setup(python_requires=VERSION)\n")) == UNSAID


def test_the_nearest_metadata_counts_for_a_file_and_the_one_nearest_to_the_root_for_a_project() -> None:
    configuration = {
        "pyproject.toml": b"[tool.ruff]\nline-length = 99\n",
        "packages/a/pyproject.toml": b'[project]\nrequires-python = ">=3.9"\n',
        "packages/b/pyproject.toml": b'[project]\nrequires-python = ">=3.12"\n',
        "packages/b/tests/old/setup.cfg": b"[options]\npython_requires = >=3.4\n",
    }
    read = file_reader(configuration, {})
    assert python_for("packages/b/src/b/x.py", read) == (3, 12)
    assert python_for("packages/b/tests/old/x.py", read) == (3, 4)
    assert python_for("tools/x.py", read) is None
    assert oldest_python(configuration, {}) == (3, 9)


def test_the_first_file_of_a_folder_that_says_something_counts() -> None:
    configuration = {
        "pyproject.toml": b"[build-system]\n",
        "setup.cfg": b"[options]\npython_requires = >=3.8\n",
    }
    assert oldest_python(configuration, setup("setup(python_requires='>=3.6')\n")) == (3, 8)


def test_a_requirement_of_an_endless_version_is_none() -> None:
    read = file_reader({"pyproject.toml": b'requires-python = ">=3.' + b"9" * 10_000 + b'"'}, {})
    assert python_for("a.py", read) is None
