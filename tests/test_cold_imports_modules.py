"""Which files are modules, what they are called, and which of them users start."""

from __future__ import annotations

import pytest

from refactorkit.cold_imports.modules import Project, started_modules
from refactorkit.model import Source


@pytest.mark.parametrize(
    ("paths", "texts", "names"),
    [
        (["src/pkg/__init__.py", "src/pkg/a.py"], {}, ["pkg", "pkg.a"]),
        (["pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/a.py"], {}, ["pkg", "pkg.sub", "pkg.sub.a"]),
        (["src/ns/pkg/__init__.py", "src/ns/pkg/a.py"], {}, ["ns.pkg", "ns.pkg.a"]),
        (["ns/pkg/__init__.py", "ns/pkg/a.py", "ns/pkg/b.py"], {"ns/pkg/b.py": "from ns.pkg import a\n"},
         ["ns.pkg", "ns.pkg.a", "ns.pkg.b"]),
        (["services/x/lib/__init__.py", "services/x/lib/a.py"], {"services/x/lib/a.py": "import lib\n"},
         ["lib", "lib.a"]),
        (["__init__.py", "a.py", "sub/__init__.py"], {}, ["project", "project.a", "project.sub"]),
        (["one.py", "other.py"], {"one.py": "import other\n"}, ["one", "other"]),
        (["pkg/__init__.py", "pkg/__main__.py", "setup.py", "pkg/2020_more.py", "pkg/a.pyi"], {}, ["pkg"]),
    ],
)  # fmt: skip
def test_modules_are_named_as_they_are_imported(
    paths: list[str], texts: dict[str, str], names: list[str]
) -> None:
    sources = {path: Source(path=path, data=texts.get(path, "").encode()) for path in paths}
    found = Project(sources, "project")
    assert sorted(module.name for module in found.modules.values()) == sorted(names)


@pytest.mark.parametrize(
    ("text", "is_program"),
    [
        ("print('deployed')\n", True),
        ("import os\n\nos.remove('x')\n", True),
        ("def main(): ...\n\n\nif __name__ == '__main__':\n    main()\n", False),
        ('"""Words."""\n\nLIMIT = 3\n', False),
        ("try:\n    import fast\nexcept ImportError:\n    fast = None\n", False),
    ],
)
def test_a_file_that_only_runs_is_not_imported(text: str, is_program: bool) -> None:
    found = Project({"deploy.py": Source(path="deploy.py", data=text.encode())}, "project")
    assert found.scripts == (["deploy.py"] if is_program else [])
    assert list(found.modules) == ([] if is_program else ["deploy.py"])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", '[project.scripts]\nx = "pkg.cli:main"\n'),
        ("pyproject.toml", '[tool.poetry.scripts]\nx = "pkg.cli:main"\ny = {callable = "z"}\n'),
        ("setup.cfg", "[options.entry_points]\nconsole_scripts =\n    x = pkg.cli:main\n"),
    ],
)
def test_declared_scripts_are_what_users_start(path: str, text: str) -> None:
    assert started_modules({path: text.encode()}) == ["pkg.cli"]


@pytest.mark.parametrize("text", ["[[[", "project = 3\n", "tool = 3\n"])
def test_metadata_that_makes_no_sense_declares_nothing(text: str) -> None:
    assert started_modules({"pyproject.toml": text.encode(), "setup.cfg": text.encode()}) == []
