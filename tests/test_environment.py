"""Which packages narrow-except goes by: where they are looked for, what of them counts, and how they are recorded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from installed_packages import READ, READING, SITE, install, judged, planned, written
from refactorkit.config import ConfigError
from refactorkit.environment import find_environment
from refactorkit.model import Level
from repositories import Repository

BRANCH = "refactorkit/narrow-except"


def test_another_version_is_looked_at_anew(tmp_path: Path) -> None:
    install(tmp_path, "shop", {"shop/__init__.py": READ})
    assert "except ValueError:" in written(planned(tmp_path, READING))
    install(tmp_path, "shop", {"shop/__init__.py": READ.replace("int(text)", "{'a': 1}[text]")}, "1.1")
    made = planned(tmp_path, READING)
    assert "except KeyError:" in written(made)
    assert made.tools["installed:shop"] == "1.1"


def test_another_version_of_what_a_package_relies_on_is_looked_at_anew(tmp_path: Path) -> None:
    install(
        tmp_path,
        "shop",
        {"shop/__init__.py": "import mart\n\n\ndef read(text: str) -> int:\n    return mart.read(text)\n"},
    )
    install(tmp_path, "mart", {"mart.py": READ})
    assert judged(tmp_path, READING).evidence["assumes"] == ["installed: mart 1.0", "installed: shop 1.0"]
    install(tmp_path, "mart", {"mart.py": READ.replace("int(text)", "{'a': 1}[text]")}, "1.1")
    assert "except KeyError:" in written(planned(tmp_path, READING))


def test_what_was_missing_is_found_once_it_is_installed(tmp_path: Path) -> None:
    install(
        tmp_path,
        "shop",
        {"shop/__init__.py": f"from mart import word\n\n\n{READ.replace('int(', 'int(word(')[:-1]})\n"},
    )
    assert judged(tmp_path, READING).reason == "package-not-derived"
    install(tmp_path, "mart", {"mart.py": "def word(text: str) -> str:\n    return text\n"})
    assert "except ValueError:" in written(planned(tmp_path, READING))


def test_nothing_of_an_environment_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = tmp_path / "ran"
    loud = f"open({str(ran)!r}, 'w').close()\n"
    site = install(tmp_path, "shop", {"shop/__init__.py": loud + READ, "sitecustomize.py": loud})
    (site / "loud.pth").write_text(f"import os; {loud}")
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir()
    python.write_text(f"#!/bin/sh\ntouch {ran}\n")
    python.chmod(0o755)
    assert "except ValueError:" in written(planned(tmp_path, READING))
    assert not ran.exists()
    assert find_environment(python, tmp_path, os.environ) is not None
    assert not ran.exists()


def test_a_record_names_no_file_outside_of_the_environment(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/outside.py").write_text(READ)
    site = install(
        tmp_path, "shop", {"../../../outside.py": READ, "shop/__init__.py": "from outside import read\n"}
    )
    assert (site / "../../../outside.py").resolve().is_file()
    assert judged(tmp_path, READING).level is not Level.PROVED


def test_a_pipe_in_the_place_of_a_source_is_not_read(tmp_path: Path) -> None:
    site = install(tmp_path, "shop", {"shop/__init__.py": READ})
    (site / "shop/__init__.py").unlink()
    os.mkfifo(site / "shop/__init__.py")
    assert judged(tmp_path, READING).reason == "package-not-source"


def test_what_isnt_installed_is_told(tmp_path: Path) -> None:
    assert judged(tmp_path, READING).message == "shop.read() (no environment was found) may raise anything"
    install(tmp_path, "mart", {"mart.py": ""})
    finding = judged(tmp_path, READING)
    assert (finding.reason, finding.message) == (
        "package-not-installed",
        "shop.read() (not installed) may raise anything",
    )


def test_a_run_without_packages_asks_none(tmp_path: Path) -> None:
    install(tmp_path, "shop", {"shop/__init__.py": READ})
    made = planned(tmp_path, READING, packages="off")
    assert made.findings[0].reason == "unknown-library-call"
    assert made.tools == {}


def test_a_file_that_isnt_as_it_was_installed_is_not_gone_by(tmp_path: Path) -> None:
    site = install(tmp_path, "shop", {"shop/__init__.py": READ})
    (site / "shop/__init__.py").write_text("def read(text: str) -> int:\n    return 1\n")
    finding = judged(tmp_path, READING)
    assert finding.reason == "package-not-source"
    assert "shop/__init__.py isn't as shop 1.0 was installed" in finding.message


def program(path: Path) -> Path:
    """A file that can be run, should anybody do so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\nexit 1\n")
    path.chmod(0o755)
    return path


def folders(root: Path, given: Path | None = None, **variables: str) -> list[Path]:
    """The folders of packages that are found."""
    found = find_environment(given, root, variables)
    return list(found.folders) if found else []


def test_the_projects_own_environment_comes_before_the_active_one(tmp_path: Path) -> None:
    active = install(tmp_path, "shop", {"shop.py": READ}, where="active")
    variables = {"VIRTUAL_ENV": str(tmp_path / "active")}
    assert folders(tmp_path) == []
    assert folders(tmp_path, None, **variables) == [active]
    own = install(tmp_path, "shop", {"shop.py": READ})
    assert folders(tmp_path, None, **variables) == [own]


def test_the_interpreter_that_is_given_comes_first(tmp_path: Path) -> None:
    install(tmp_path, "shop", {"shop.py": READ})
    other = install(tmp_path, "shop", {"shop.py": READ}, where="other")
    python = tmp_path / "other/bin/python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    assert folders(tmp_path, python) == [other]
    with pytest.raises(ConfigError, match="is no program that can be run"):
        folders(tmp_path, tmp_path / "gone")


def test_an_interpreter_outside_of_an_environment_has_the_packages_of_its_installation(
    tmp_path: Path,
) -> None:
    site = tmp_path / "usr" / SITE
    site.mkdir(parents=True)
    python = tmp_path / "bin/python"
    python.parent.mkdir()
    python.symlink_to(program(tmp_path / "usr/bin/python3.12"))
    assert folders(tmp_path, python) == [site]
    (tmp_path / "usr/lib/python3.11/site-packages").mkdir(parents=True)
    assert folders(tmp_path, python) == []  # nobody says which of the two it is


def test_packages_of_the_system_come_after_those_of_an_environment_that_sees_them(tmp_path: Path) -> None:
    own = install(tmp_path, "shop", {"shop.py": READ})
    shared = tmp_path / "usr" / SITE
    shared.mkdir(parents=True)
    text = f"home = {tmp_path}/usr/bin\ninclude-system-site-packages = WORD\nversion = 3.12.4\n"
    (tmp_path / ".venv/pyvenv.cfg").write_text(text.replace("WORD", "true"))
    assert folders(tmp_path) == [own, shared]
    (tmp_path / ".venv/pyvenv.cfg").write_text(text.replace("WORD", "false"))
    assert folders(tmp_path) == [own]


def test_a_commit_names_the_versions_that_it_rests_on(repository: Repository) -> None:
    repository.commit({"app.py": READING, ".gitignore": ".venv\n"})
    install(repository.path, "shop", {"shop.py": READ}, "2.1")
    command = [sys.executable, "-m", "refactorkit", "apply", "narrow-except", "."]
    for _ in range(2):  # the second time from what the first one kept
        done = subprocess.run(
            [*command, "--output-format", "json"], capture_output=True, check=True, cwd=repository.path
        )
        assert json.loads(done.stdout)["tools"]["installed:shop"] == "2.1"
    options = repository.git("log", "-1", "--format=%(trailers:key=Refactorkit-Options,valueonly)", BRANCH)
    assert json.loads(options)["tools"]["installed:shop"] == "2.1"
    assert "except ValueError:" in repository.git("show", f"{BRANCH}:app.py")
    install(repository.path, "shop", {"shop.py": READ.replace("int(text)", "text.index('a')")}, "2.2")
    done = subprocess.run(
        [*command, "--dry-run", "--output-format", "json"],
        capture_output=True,
        check=True,
        cwd=repository.path,
    )
    assert json.loads(done.stdout)["tools"]["installed:shop"] == "2.2"


def test_explain_handler_shows_where_in_a_package_a_type_comes_from(tmp_path: Path) -> None:
    install(tmp_path, "shop", {"shop/__init__.py": READ}, where="elsewhere")
    python = program(tmp_path / "elsewhere/bin/python")
    (tmp_path / "app.py").write_text(READING)
    command = [sys.executable, "-m", "refactorkit", "explain-handler", "app.py:7"]
    done = subprocess.run(
        [*command, "--python", str(python)], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "int() at shop/__init__.py:2 <- shop.read() at app.py:6" in " ".join(done.stdout.split())


def test_names_that_no_file_can_have_are_no_error(tmp_path: Path) -> None:
    site = install(tmp_path, "shop", {"shop/__init__.py": "from shop.odd\0 import read\n"})
    record = site / "shop-1.0.dist-info/RECORD"
    record.write_text(record.read_text() + 'odd\0.py,sha256=x,1\n"sh"op.py",,\n,,\n')
    text = "home = /us\0r/bin\ninclude-system-site-packages = true\n"
    (tmp_path / ".venv/pyvenv.cfg").write_text(text)
    assert judged(tmp_path, READING).level is not Level.PROVED
    odd = "import odd\n\n\n" + READING.replace("shop.read", "odd.read")
    assert judged(tmp_path, odd).level is not Level.PROVED
