"""The project against its own rules, and each rule against a source that breaks it.

The rules that scan the project run over whatever files there are: a new module or codemod is covered when it lands.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import house_rules

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")

# Folders whose text may name the subject that the demo downloads; nothing else in the product knows of it.
MAY_NAME_PREFECT = ("src/refactorkit/demo/",)
# The demo's application is legacy code on purpose.
LEGACY = "src/refactorkit/demo/app/"


def sources(*folders: str) -> list[str]:
    """The Python files below these folders of the project; a link to another folder is not followed."""
    paths: list[str] = []
    for folder in folders:
        for directory, _, names in os.walk(ROOT / folder):
            paths += [
                (Path(directory) / name).relative_to(ROOT).as_posix()
                for name in names
                if name.endswith(".py")
            ]
    return sorted(paths)


PRODUCT = sources("src/refactorkit", "codemods")
CODEMODS = [path for path in sources("codemods") if not Path(path).name.startswith("_")]


def text(path: str) -> str:
    """The text of one file of the project."""
    return (ROOT / path).read_text("utf-8")


@pytest.mark.parametrize("path", sources("src", "codemods", "tests", "bench", "action"))
def test_files_and_functions_are_short(path: str) -> None:
    assert house_rules.overlong(text(path)) == []


@pytest.mark.parametrize("path", sources("tests"))
def test_every_test_asserts_something(path: str) -> None:
    assert house_rules.unasserting_tests(text(path)) == []


@pytest.mark.parametrize("path", [path for path in PRODUCT if not path.startswith(LEGACY)])
def test_every_public_name_has_a_docstring(path: str) -> None:
    assert house_rules.undocumented(text(path)) == []


@pytest.mark.parametrize("path", PRODUCT)
def test_every_reason_code_is_explained(path: str) -> None:
    assert house_rules.unexplained_reasons(text(path)) == []


@pytest.mark.parametrize("path", [path for path in PRODUCT if not path.startswith(MAY_NAME_PREFECT)])
def test_the_product_knows_nothing_of_prefect(path: str) -> None:
    assert house_rules.naming("prefect", path + "\n" + text(path)) == []


@pytest.mark.parametrize("path", CODEMODS)
def test_every_codemod_explains_itself(path: str) -> None:
    assert house_rules.unexplained_codemod(text(path)) == []


@pytest.mark.parametrize("path", CODEMODS)
def test_every_codemod_has_golden_cases_that_change_and_that_do_not(path: str) -> None:
    assert house_rules.incomplete_golden(ROOT / "golden" / Path(path).stem) == []


@pytest.mark.parametrize("path", CODEMODS)
def test_every_codemod_is_in_the_changelog(path: str) -> None:
    assert f"`{Path(path).stem.replace('_', '-')}`" in CHANGELOG


def test_the_scanned_folders_hold_files() -> None:
    assert "src/refactorkit/model.py" in PRODUCT
    assert "codemods/__init__.py" in PRODUCT
    assert not any(path.startswith("src/refactorkit/codemods/") for path in PRODUCT)


def test_changelog_is_kept() -> None:
    assert house_rules.changelog_faults(CHANGELOG, PYPROJECT["project"]["version"]) == []


def test_every_top_level_module_has_a_layer() -> None:
    assert house_rules.unlayered(ROOT / "src" / "refactorkit", PYPROJECT) == []
    assert all(contract["exhaustive"] for contract in PYPROJECT["tool"]["importlinter"]["contracts"])


def test_make_is_the_one_door_and_describes_every_target() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    described = re.findall(r"(?m)^make (\S+) +\S", shown)
    assert {"demo", "test", "check", "golden", "bench", "help"} <= set(described)


def test_continuous_integration_runs_what_developers_run() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "exec make test\n" in script.read_text("utf-8")


def test_layers_fail_on_an_import_that_reaches_back_up(tmp_path: Path) -> None:
    """The contract of pyproject.toml on a copy of the package in which the lowest layer imports the highest."""
    for path in [*sources("src/refactorkit"), "codemods/__init__.py"]:
        target = tmp_path / path.replace("codemods/", "refactorkit/codemods/", 1).removeprefix("src/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text(path), "utf-8")
    (tmp_path / "pyproject.toml").write_text(text("pyproject.toml"), "utf-8")
    model = tmp_path / "refactorkit" / "model.py"
    lint = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as run; run()",
        "--no-cache",
    ]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}

    before = subprocess.run(lint, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    model.write_text(model.read_text("utf-8") + "\nimport refactorkit.cli\n", "utf-8")
    after = subprocess.run(lint, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert before.returncode == 0, before.stdout + before.stderr
    assert after.returncode == 1
    assert "refactorkit.model -> refactorkit.cli" in after.stdout


def function_of(lines: int) -> str:
    """A function of so many lines."""
    return "def f():\n" + "    x = 1\n" * (lines - 1)


@pytest.mark.parametrize(
    ("rule", "source", "complaint"),
    [
        ("overlong", "x = 1\n" * 400, None),
        ("overlong", "x = 1\n" * 401, "401 lines, at most 400"),
        ("overlong", function_of(60), None),
        ("overlong", function_of(61), "line 1: f has 61 lines, at most 60"),
        ("overlong", "class C:\n" + "    async " + function_of(61).replace("\n ", "\n     "), "line 2: f has 61 lines"),
        ("unasserting_tests", "def test_a():\n    assert f()\n", None),
        ("unasserting_tests", "def test_a():\n    with pytest.raises(OSError):\n        f()\n", None),
        ("unasserting_tests", "def test_a():\n    check_noop('x')\n", None),
        ("unasserting_tests", "def test_a():\n    self.assertEqual(1, f())\n", None),
        ("unasserting_tests", "def helper():\n    f()\n", None),
        ("unasserting_tests", "def test_a():\n    f()\n", "line 1: test_a asserts nothing"),
        ("unasserting_tests", "async def test_a():\n    f()\n", "line 1: test_a asserts nothing"),
        ("unasserting_tests", "def test_a():\n    assert True\n", "line 1: test_a asserts nothing"),
        ("unasserting_tests", "def test_a():\n    subprocess.check_call(f)\n", "line 1: test_a asserts nothing"),
        ("unasserting_tests", "def test_a():\n    run(f, check=True)\n", "line 1: test_a asserts nothing"),
        ("undocumented", '"""M."""\ndef _f(): ...\nclass C:\n    """C."""\n    def m(self): ...\n', None),
        ("undocumented", "x = 1\n", "the module has no docstring"),
        ("undocumented", '"""M."""\ndef f(): ...\n', "line 2: f has no docstring"),
        ("undocumented", '"""M."""\nclass C: ...\n', "line 2: C has no docstring"),
        ("unexplained_codemod", '"""Do it.\n\nWhy: so.\nLeaves alone:\n  that.\n"""\n', None),
        ("unexplained_codemod", '"""Do it,\nnow.\n\nWhy: so.\nLeaves alone: that.\n"""\n', "does not open with one summary line"),
        ("unexplained_codemod", '"""Why: so.\nLeaves alone: that.\n"""\n', "does not open with one summary line"),
        ("unexplained_codemod", '"""Do it.\n\nLeaves alone: that.\n"""\n', "has no 'Why:' part"),
        ("unexplained_codemod", '"""Do it.\n\nWhy: so.\n"""\n', "has no 'Leaves alone:' part"),
        ("unexplained_codemod", '"""Do it.\n\nWhy:\n\nLeaves alone: that.\n"""\n', "the 'Why:' part of the docstring is empty"),
        ("unexplained_reasons", 'class Reason(StrEnum):\n    """R."""\n    A = "a-b"\n    """Text."""\n', None),
        ("unexplained_reasons", 'class Status(StrEnum):\n    A = "a"\n', None),
        ("unexplained_reasons", 'class Reason(StrEnum):\n    A = "a"\n    B = "b"\n    """B."""\n', "Reason.A has no docstring"),
        ("unexplained_reasons", 'class Reason(enum.StrEnum):\n    A = "a"\n', "Reason.A has no docstring"),
        ("unexplained_reasons", 'class Reason(StrEnum):\n    A = "a_b"\n    """A."""\n', "Reason.A is not a code in kebab case"),
        ("unexplained_reasons", 'class Reason(StrEnum):\n    A = auto()\n    """A."""\n', "Reason.A is not a code in kebab case"),
    ],
)  # fmt: skip
def test_source_rule_complains_only_where_it_should(rule: str, source: str, complaint: str | None) -> None:
    ast.parse(source)
    complaints = getattr(house_rules, rule)(source)
    if complaint is None:
        assert complaints == []
    else:
        assert len(complaints) == 1
        assert complaint in complaints[0]


def test_naming_finds_the_word_in_any_case() -> None:
    assert house_rules.naming("prefect", "a\nfrom Prefect import x\n") == ["line 2: from Prefect import x"]
    assert house_rules.naming("prefect", "perfect\n") == []


@pytest.mark.parametrize(
    ("folders", "complaint"),
    [
        (["changes/before", "changes/after", "stays/before"], None),
        ([], "m has no golden cases"),
        (["stays/before"], "no case has an after/"),
        (["changes/before", "changes/after"], "every case has an after/"),
        (["changes/before", "changes/after", "stays/befor"], "stays has no before/"),
    ],
)
def test_golden_rule_asks_for_both_kinds(tmp_path: Path, folders: list[str], complaint: str | None) -> None:
    for folder in folders:
        (tmp_path / "m" / folder).mkdir(parents=True)
    complaints = house_rules.incomplete_golden(tmp_path / "m")
    if complaint is None:
        assert complaints == []
    else:
        assert len(complaints) == 1
        assert complaint in complaints[0]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("# C\n## [Unreleased]\n### Added\n- x\n", None),
        ("# C\n## [Unreleased]\n\n## [0.1.0] - 2025-01-31\n### Fixed\n- x\n", None),
        ("# C\n## [Unreleased]\n\n## [0.0.9] - 2025-01-31\n", "neither [Unreleased] nor a section for 0.1.0"),
        ("# C\n## [0.1.0] - 2025-01-31\n", "the first section is not '## [Unreleased]'"),
        ("# C\n## [Unreleased]\n- x\n## 0.1.0\n", "is neither [Unreleased] nor [x.y.z] - yyyy-mm-dd"),
        ("# C\n## [Unreleased]\n### News\n- x\n", "'### News' is not a kind of change"),
    ],
)
def test_changelog_rule_complains_only_where_it_should(text: str, complaint: str | None) -> None:
    complaints = house_rules.changelog_faults(text, "0.1.0")
    if complaint is None:
        assert complaints == []
    else:
        assert len(complaints) == 1
        assert complaint in complaints[0]


def test_layer_rule_names_the_module_without_a_layer(tmp_path: Path) -> None:
    for name in ("__init__.py", "a.py", "b.py", "c.py", "d/__init__.py", "e.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    contract = {"type": "layers", "layers": ["a | (b)", "(c)", "d"]}
    assert house_rules.unlayered(tmp_path, {"tool": {"importlinter": {"contracts": [contract]}}}) == ["e"]
