"""What a project may rely on being installed, and that no change lets it need more than that."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from refactorkit.cold_imports.required import Required, declared_requirements
from repositories import CommandLine, Repository

REQUIRING = '[project]\nname = "app"\nversion = "1"\n{}\n'
DEFERRED = "def shown(rows: list) -> str:\n    from {} import table\n\n    return table(rows)\n"


def install(folder: Path, name: str, files: dict[str, str], requires: Sequence[str] = ()) -> None:
    """Lay a distribution out as installers do, without sums."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    metadata = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    metadata.mkdir(parents=True)
    lines = [f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0"]
    (metadata / "METADATA").write_text("\n".join([*lines, *(f"Requires-Dist: {r}" for r in requires)]) + "\n")
    listed = [*files, f"{metadata.name}/METADATA", f"{metadata.name}/RECORD"]
    (metadata / "RECORD").write_text("".join(f"{path},,\n" for path in listed))


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """An environment in which more is installed than what helper requires."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "env")], check=True)
    folder = next((tmp_path / "env" / "lib").glob("python3.*")) / "site-packages"
    helper = {"helper/__init__.py": "import core\n", "helper/tables.py": "import heavy\n\ntable = str\n"}
    requires = ["Core_Lib>=1; python_version >= '3'", "heavy; extra == 'tables'", "odd name ("]
    install(folder, "helper", helper, requires)
    install(folder, "core-lib", {"core.py": "table = str\n"})
    install(folder, "heavy", {"heavy/__init__.py": "import heavy_c\n"}, ["heavy-c"])
    install(folder, "heavy-c", {"heavy_c.py": ""})
    install(folder, "space-a", {"space/a.py": ""})
    install(folder, "space-b", {"space/b.py": ""})
    return folder


@pytest.mark.parametrize(
    ("declared", "missing"),
    [
        (["helper"], ("heavy", "heavy_c", "space")),
        (["helper[tables]>=1"], ("space",)),
        (["HELPER ; python_version > '3'", "heavy"], ("space",)),
        (["space.a"], ("core", "heavy", "heavy_c", "helper")),  # others of a namespace may be there then
        ([], ("core", "heavy", "heavy_c", "helper", "space")),
    ],
)
def test_what_is_required_comes_with_all_that_it_requires(
    packages: Path, declared: list[str], missing: tuple[str, ...]
) -> None:
    loaded = ["helper.tables", "core", "heavy", "heavy_c", "space.a", "json", "app.x", "made_by_hand"]
    assert Required(declared, ["app"], [packages]).beyond(loaded, {"app"}) == missing


def test_a_project_that_computes_its_requirements_is_asked_where_it_is_installed(packages: Path) -> None:
    assert Required(None, ["app"], [packages]).beyond(["heavy"], {"app"}) == ()
    install(packages, "app", {"app/__init__.py": ""}, ["helper"])
    assert Required(None, ["app"], [packages]).beyond(["heavy", "core"], {"app"}) == ("heavy",)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, (None, set())),
        ({"pyproject.toml": "[tool.ruff]\n"}, (None, set())),
        ({"pyproject.toml": REQUIRING.format('dependencies = ["a>=1", "b"]')}, (["a>=1", "b"], {"app"})),
        ({"pyproject.toml": REQUIRING.format("")}, ([], {"app"})),
        ({"pyproject.toml": REQUIRING.format('dynamic = ["dependencies"]')}, (None, {"app"})),
        ({"pyproject.toml": "[project"}, (None, set())),
        (
            {
                "pyproject.toml": '[tool.poetry]\nname = "p"\n[tool.poetry.dependencies]\npython = "^3.9"\n'
                'a = "^1"\nb = {version = "1", extras = ["x"]}\nc = {version = "1", optional = true}\n'
            },
            (["a", "b[x]"], {"p"}),
        ),
        (
            {
                "setup.cfg": "[metadata]\nname = s\n[options]\ninstall_requires =\n    a>=1\n    # why\n    b; python_version<'3.9'\n"
            },
            (["a>=1", "b; python_version<'3.9'"], {"s"}),
        ),
        ({"setup.cfg": "[options]\ninstall_requires = file: requirements.txt\n"}, (None, set())),
        (
            {
                "a/pyproject.toml": REQUIRING.format('dependencies = ["a"]'),
                "b/pyproject.toml": REQUIRING.format('dependencies = ["b"]').replace("app", "other"),
            },
            (["a", "b"], {"app", "other"}),
        ),
    ],
)
def test_requirements_as_metadata_writes_them(files: dict[str, str], expected: object) -> None:
    assert declared_requirements({path: text.encode() for path, text in files.items()}) == expected


def applied(
    repository: Repository, refactorkit: CommandLine, packages: Path, requires: str, *more: str
) -> Any:
    """The finding about an import of helper.tables in a project that requires something."""
    repository.commit(
        {
            "pyproject.toml": REQUIRING.format(requires),
            "app/__init__.py": "",
            "app/view.py": DEFERRED.format("helper.tables"),
        }
    )
    python = packages.parents[2] / "bin" / "python"
    options = ("-o", "startup=allow", "--python", str(python), *more)
    document = refactorkit.json("hoist-imports", ".", *options)
    (finding,) = (f for f in document["findings"] if "action" in f["evidence"])
    return finding


def test_an_import_that_needs_an_extra_stays_although_it_is_installed_here(
    repository: Repository, refactorkit: CommandLine, packages: Path
) -> None:
    finding = applied(repository, refactorkit, packages, 'dependencies = ["helper"]')
    assert (finding["status"], finding["reason"]) == ("refused", "gate-failed")
    assert finding["message"].endswith(
        "importing app.view would load heavy, heavy_c, which nothing that the project requires brings along"
    )


@pytest.mark.parametrize(
    ("requires", "more"),
    [
        ('dependencies = ["helper[tables]"]', ()),
        ('dependencies = ["helper", "heavy"]', ()),
        ('dependencies = ["helper"]', ("-o", "requires=heavy,heavy_c")),
    ],
)
def test_an_import_of_what_is_required_goes_to_the_top(
    repository: Repository, refactorkit: CommandLine, packages: Path, requires: str, more: tuple[str, ...]
) -> None:
    assert applied(repository, refactorkit, packages, requires, *more)["status"] == "changed"


def test_what_the_module_needs_today_is_no_obstacle(
    repository: Repository, refactorkit: CommandLine, packages: Path
) -> None:
    repository.commit({"app/view.py": ""})
    text = "import heavy\n\n\n" + DEFERRED.format("helper.tables")
    repository.commit(
        {
            "pyproject.toml": REQUIRING.format('dependencies = ["helper"]'),
            "app/__init__.py": "",
            "app/view.py": text,
        }
    )
    python = packages.parents[2] / "bin" / "python"
    document = refactorkit.json("hoist-imports", ".", "-o", "startup=allow", "--python", str(python))
    assert [f["status"] for f in document["findings"] if "action" in f["evidence"]] == ["changed"]
