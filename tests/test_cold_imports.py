"""hoist-imports under the gate of cold imports: what breaks is left out by itself, and the ledger says why."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from refactorkit.cold_imports.gate import UNRUN
from repositories import CommandLine, Repository

PYTHON = ("--python", sys.executable)
DEFERRED = "def f():\n    from pkg.{module} import {name}\n\n    return {name}\n"
HIDDEN = {
    "src/pkg/__init__.py": "",
    "src/pkg/a.py": DEFERRED.format(module="b", name="value") + "\n\nLIMIT = 3\n",
    "src/pkg/b.py": "import importlib\n\nvalue = importlib.import_module('pkg.a').LIMIT\n",
    "src/pkg/c.py": "VALUE = 1\n",
    "src/pkg/d.py": DEFERRED.format(module="c", name="VALUE"),
}
"""Importing `pkg.b` at the top of `pkg.a` breaks it, which no import statement shows; `pkg.d` may import `pkg.c`."""


def applied(repository: Repository, files: dict[str, str], refactorkit: CommandLine, *more: str) -> Any:
    """The document of `apply hoist-imports` on these files."""
    repository.commit(dict(files))
    options = more if "--python" in more else (*PYTHON, *more)
    result = refactorkit("apply", "hoist-imports", ".", "--output-format", "json", *options)
    assert result.code == 0, result.err
    return result.document


def gate(document: Any, name: str = "cold-import") -> Any:
    """The gate's line."""
    return next((line for line in document["verification"] if line["gate"] == name), None)


def said(document: Any, path: str) -> list[tuple[str, str | None]]:
    """Status and reason of the deferred imports of a file."""
    return [
        (f["status"], f["reason"])
        for f in document["findings"]
        if f["path"] == path and "action" in f["evidence"]
    ]


ALLOW = ("-o", "startup=allow")
CHANGED, BROKEN, UNPROVED = ("changed", None), ("refused", "gate-failed"), ("refused", "gate-not-run")


@pytest.mark.parametrize("how", [(), ("--gate", "fresh"), ("--jobs", "2"), ("--dry-run",)])
def test_an_import_that_breaks_a_module_is_left_and_the_rest_stays(
    repository: Repository, refactorkit: CommandLine, how: tuple[str, ...]
) -> None:
    document = applied(repository, HIDDEN, refactorkit, *ALLOW, *how)
    assert said(document, "src/pkg/a.py") == [BROKEN]
    assert said(document, "src/pkg/d.py") == [CHANGED]
    assert [change["path"] for change in document["changes"]] == ["src/pkg/d.py"]
    (finding,) = [f for f in document["findings"] if f["reason"] == "gate-failed"]
    assert "AttributeError" in finding["message"]
    assert any("src/pkg/b.py:3" in line for line in finding["evidence"]["traceback"])
    assert gate(document)["ok"] is True
    assert "1 site left out" in gate(document)["detail"]


def test_the_commit_holds_what_survived_and_names_what_was_left_out(
    repository: Repository, refactorkit: CommandLine
) -> None:
    document = applied(repository, HIDDEN, refactorkit, *ALLOW, "--verify", "exit 0")
    branch = document["branch"]
    assert b"\nfrom pkg.c import VALUE\n" in b"\n" + repository.show(f"{branch}:src/pkg/d.py")
    assert repository.show(f"{branch}:src/pkg/a.py") == HIDDEN["src/pkg/a.py"].encode()
    text = repository.git("log", "-1", "--format=%B", branch)
    assert '"excluded":["src/pkg/a.py:2"]' in text
    assert '"gate":"fork"' in text


def test_verify_goes_on_from_what_the_gate_left(repository: Repository, refactorkit: CommandLine) -> None:
    check = "! grep -q '^from pkg.c' src/pkg/d.py"
    files = {**HIDDEN, "src/pkg/e.py": DEFERRED.format(module="c", name="VALUE")}
    document = applied(repository, files, refactorkit, *ALLOW, "--verify", check)
    assert said(document, "src/pkg/a.py") == [BROKEN]
    assert said(document, "src/pkg/d.py") == [("refused", "verify-failed")]
    assert said(document, "src/pkg/e.py") == [CHANGED]


def test_without_the_gate_the_graph_decides_alone(repository: Repository, refactorkit: CommandLine) -> None:
    document = applied(repository, HIDDEN, refactorkit, *ALLOW, "--no-gate")
    assert said(document, "src/pkg/a.py") == [CHANGED]
    assert gate(document) == {"gate": "cold-import", "ok": None, "detail": UNRUN}


def test_several_imports_that_break_are_all_found(repository: Repository, refactorkit: CommandLine) -> None:
    files = {"pkg/__init__.py": "", "pkg/c.py": "VALUE = 1\n"}
    for n in range(5):
        files[f"pkg/a{n}.py"] = DEFERRED.format(module=f"b{n}", name="value") + "\n\nLIMIT = 3\n"
        files[f"pkg/b{n}.py"] = f"import importlib\n\nvalue = importlib.import_module('pkg.a{n}').LIMIT\n"
        files[f"pkg/d{n}.py"] = DEFERRED.format(module="c", name="VALUE")
    document = applied(repository, files, refactorkit, *ALLOW)
    assert [said(document, f"pkg/a{n}.py") for n in range(5)] == [[BROKEN]] * 5
    assert [said(document, f"pkg/d{n}.py") for n in range(5)] == [[CHANGED]] * 5


GROWING = {
    "pkg/__init__.py": "import pkg.a\n",
    "pkg/a.py": "import os\n\nif os.environ.get('NEVER_SET'):\n    import pkg.b\n\n\n"
    + DEFERRED.format(module="b", name="value"),
    "pkg/b.py": "value = 3\n",
}


def test_an_import_that_loads_more_at_start_up_than_the_graph_knew_is_left(
    repository: Repository, refactorkit: CommandLine
) -> None:
    document = applied(repository, GROWING, refactorkit)
    assert said(document, "pkg/a.py") == [BROKEN]
    (finding,) = [f for f in document["findings"] if f["reason"] == "gate-failed"]
    assert finding["message"] == "importing pkg would load pkg.b"


def test_what_users_start_is_measured_before_and_after(
    repository: Repository, refactorkit: CommandLine
) -> None:
    files = {**GROWING, "pkg/cli.py": "def main(): ...\n", "pkg/other.py": ""}
    files["pyproject.toml"] = '[project]\nname = "pkg"\nscripts = {pkg = "pkg.cli:main"}\n'
    document = applied(repository, files, refactorkit, *ALLOW, "-o", "entry=pkg.other")
    line = gate(document, "startup")
    counts = dict(part.split(" ", 1) for part in line["detail"].partition(": ")[2].split(", "))
    assert set(counts) == {"pkg", "pkg.cli", "pkg.other"}
    for count in counts.values():
        before, after = map(int, count.split(" -> "))
        assert after == before + 1
    assert line["ok"] is True


BROKEN_BEFORE = {**HIDDEN, "src/pkg/bad.py": "import nowhere\n"}


def test_a_module_that_failed_before_may_fail_in_the_same_way(
    repository: Repository, refactorkit: CommandLine
) -> None:
    document = applied(repository, BROKEN_BEFORE, refactorkit, *ALLOW)
    assert said(document, "src/pkg/d.py") == [CHANGED]
    assert "1 fail as before" in gate(document)["detail"]


def test_a_module_that_fails_in_another_way_than_before_is_a_new_failure(
    repository: Repository, refactorkit: CommandLine
) -> None:
    files = dict(HIDDEN)
    files["src/pkg/e.py"] = "import pkg.a\n\nraise ValueError('as ever')\n"
    document = applied(repository, files, refactorkit, *ALLOW)
    assert said(document, "src/pkg/a.py") == [BROKEN]
    assert "1 fail as before" in gate(document)["detail"]


def test_a_change_in_a_module_that_could_not_be_imported_is_held_back(
    repository: Repository, refactorkit: CommandLine
) -> None:
    files = {**HIDDEN, "src/pkg/e.py": "import nowhere\n\n\n" + DEFERRED.format(module="c", name="VALUE")}
    document = applied(repository, files, refactorkit, *ALLOW)
    assert said(document, "src/pkg/e.py") == [UNPROVED]
    assert said(document, "src/pkg/d.py") == [CHANGED]
    assert "needs pkg.e (ModuleNotFoundError: No module named 'nowhere')" in gate(document)["detail"]


REPEATED = "from pkg.c import VALUE\n\n\n" + DEFERRED.format(module="c", name="VALUE")


@pytest.mark.parametrize("init", ["import nowhere\n", ""])
def test_without_the_dependencies_only_what_needs_no_run_is_applied(
    repository: Repository, refactorkit: CommandLine, init: str
) -> None:
    bad = "" if init else "import nowhere\n"
    files = {
        "pkg/__init__.py": init,
        "pkg/c.py": f"{bad}VALUE = 1\n",
        "pkg/d.py": REPEATED,
        "pkg/e.py": bad + DEFERRED.format(module="c", name="VALUE"),
    }
    document = applied(repository, files, refactorkit, *ALLOW)
    assert said(document, "pkg/d.py") == [CHANGED]
    assert said(document, "pkg/e.py") == [UNPROVED]
    line = gate(document)
    assert line["ok"] is None
    assert "No module named 'nowhere'" in line["detail"]
    assert "--python" in line["detail"]


def test_an_interpreter_that_does_nothing_counts_as_none(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    document = applied(repository, HIDDEN, refactorkit, *ALLOW, "--python", str(broken))
    assert {said(document, f"src/pkg/{name}.py")[0] for name in "ad"} == {UNPROVED}
    assert gate(document)["ok"] is None


def test_an_interpreter_that_is_not_there_is_an_error(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit(dict(HIDDEN))
    result = refactorkit("apply", "hoist-imports", ".", *ALLOW, "--python", "/nowhere/python")
    assert result.code == 2
    assert "--python /nowhere/python" in result.complaint


def test_nothing_is_imported_when_no_import_moves(repository: Repository, refactorkit: CommandLine) -> None:
    files = {"pkg/__init__.py": "open('/nowhere/at/all')\n", "pkg/c.py": "VALUE = 1\n", "pkg/d.py": REPEATED}
    document = applied(repository, files, refactorkit)
    assert said(document, "pkg/d.py") == [CHANGED]
    assert gate(document) is None


def test_the_project_on_the_disk_is_left_as_it_was(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit(dict(HIDDEN))
    before = repository.state()
    assert refactorkit("apply", "hoist-imports", ".", *ALLOW, *PYTHON).code == 0
    assert repository.state() == before


def test_outside_of_git_and_in_place_the_gate_holds_too(
    tmp_path: Path, refactorkit: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    Repository(tmp_path).write(dict(HIDDEN))
    monkeypatch.chdir(tmp_path)
    result = refactorkit("apply", "hoist-imports", ".", *ALLOW, *PYTHON, "--in-place")
    assert result.code == 0, result.err
    assert (tmp_path / "src/pkg/a.py").read_text() == HIDDEN["src/pkg/a.py"]
    assert (tmp_path / "src/pkg/d.py").read_text().startswith("from pkg.c import VALUE\n")


def test_what_a_build_left_in_the_checkout_is_found(repository: Repository, refactorkit: CommandLine) -> None:
    files = {
        **HIDDEN,
        "src/pkg/__init__.py": "from pkg._version import version\n",
        ".gitignore": "_version.py\n",
    }
    repository.write({"src/pkg/_version.py": "version = '1'\n"})
    document = applied(repository, files, refactorkit, *ALLOW)
    assert said(document, "src/pkg/d.py") == [CHANGED]


def test_a_project_that_is_a_package_is_imported_by_its_folders_name(
    repository: Repository, refactorkit: CommandLine
) -> None:
    files = {
        "__init__.py": "",
        "c.py": "VALUE = 1\n",
        "d.py": "def f():\n    from .c import VALUE\n\n    return VALUE\n",
    }
    document = applied(repository, files, refactorkit, *ALLOW)
    assert gate(document)["detail"].startswith("3 modules imported")
    assert said(document, "d.py") == [CHANGED]


def test_an_editable_install_of_the_checkout_is_not_what_is_proved(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    """The environment imports the project from the user's checkout, where nothing has changed."""
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    (packages,) = environment.glob("lib/*/site-packages")
    (packages / "editable.pth").write_text(f"{repository.path / 'src'}\n")
    document = applied(
        repository, HIDDEN, refactorkit, *ALLOW, "--python", str(environment / "bin" / "python")
    )
    assert said(document, "src/pkg/a.py") == [BROKEN]
    assert said(document, "src/pkg/d.py") == [CHANGED]


def test_files_that_modules_read_while_they_are_imported_are_there(
    repository: Repository, refactorkit: CommandLine
) -> None:
    read = "from pathlib import Path\n\nTEXT = (Path(__file__).parent / 'sql' / 'deep' / 'q.sql').read_text()\n\n\n"
    files = {**HIDDEN, "src/pkg/e.py": read + DEFERRED.format(module="c", name="VALUE")}
    document = applied(repository, {**files, "src/pkg/sql/deep/q.sql": "SELECT"}, refactorkit, *ALLOW)
    assert said(document, "src/pkg/e.py") == [CHANGED]


def test_data_that_a_module_writes_over_stays_as_it_was(
    repository: Repository, refactorkit: CommandLine
) -> None:
    write = "from pathlib import Path\n\nPath(__file__).with_name('data.json').write_text('spoilt')\n"
    applied(repository, {**HIDDEN, "src/pkg/e.py": write, "src/pkg/data.json": "{}"}, refactorkit, *ALLOW)
    assert (repository.path / "src/pkg/data.json").read_text() == "{}"


def test_what_a_step_leaves_as_it_was_is_imported_once(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    count = tmp_path / "count"
    counting = f"open({str(count)!r}, 'a').write('{{}}')\n"
    files = {
        **HIDDEN,
        "src/pkg/u.py": counting.format("u"),
        "src/pkg/v.py": counting.format("v") + "import pkg.d\n",
    }
    document = applied(repository, files, refactorkit, *ALLOW)
    assert said(document, "src/pkg/a.py") == [BROKEN]
    assert sorted(count.read_text()) == ["u", "v"]


def test_projects_of_one_repository_may_have_modules_of_the_same_name(
    repository: Repository, refactorkit: CommandLine
) -> None:
    files = {}
    for service, value in (("one", "VALUE"), ("two", "OTHER")):
        files[f"{service}/app/__init__.py"] = ""
        files[f"{service}/app/c.py"] = f"{value} = 1\n"
        files[f"{service}/app/d.py"] = f"def f():\n    from app.c import {value}\n\n    return {value}\n"
    files["two/app/bad.py"] = "import nowhere\n"
    document = applied(repository, files, refactorkit, *ALLOW)
    assert said(document, "one/app/d.py") == [CHANGED]
    assert said(document, "two/app/d.py") == [CHANGED]
    assert gate(document)["detail"].startswith("7 modules imported")


def test_an_installed_sibling_is_imported_as_the_plan_leaves_it(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    """An editable install leads to the user's checkout: there, `lib.a` has not changed and breaks nothing."""
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    (packages,) = environment.glob("lib/*/site-packages")
    (packages / "editable.pth").write_text(f"{repository.path}/libs/lib/src\n")
    files = {
        "libs/lib/src/lib/__init__.py": "",
        "libs/lib/src/lib/a.py": "def f():\n    from lib.b import VALUE\n\n    return VALUE\n",
        "libs/lib/src/lib/b.py": "VALUE = 1\n",
        "apps/app/src/app/__init__.py": "",
        "apps/app/src/app/main.py": "import lib.a\n\nif hasattr(lib.a, 'VALUE'):\n    raise ValueError('changed')\n",
    }
    document = applied(
        repository, files, refactorkit, *ALLOW, "--python", str(environment / "bin" / "python")
    )
    assert said(document, "libs/lib/src/lib/a.py") == [BROKEN]
    (finding,) = [f for f in document["findings"] if f["reason"] == "gate-failed"]
    assert finding["message"] == "importing app.main raises ValueError: changed"


def test_a_repeated_import_that_goes_needs_no_proof_where_its_module_never_could_be_imported(
    repository: Repository, refactorkit: CommandLine
) -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/c.py": "VALUE = 1\n",
        "pkg/d.py": DEFERRED.format(module="c", name="VALUE"),
        "pkg/broken.py": "import nowhere_to_be_found\nfrom pkg.c import VALUE\n\n\n"
        + DEFERRED.format(module="c", name="VALUE"),
    }
    document = applied(repository, files, refactorkit, *ALLOW)
    assert said(document, "pkg/d.py") == [CHANGED]
    assert said(document, "pkg/broken.py") == [CHANGED]
    assert gate(document)["ok"] is True
    assert "1 fail as before" in gate(document)["detail"]
