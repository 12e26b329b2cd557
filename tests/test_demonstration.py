"""`refactorkit demo`: what it shows, what it leaves behind, and that the branches that it makes work."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from typing import Any

import pytest

from refactorkit import catalogue
from refactorkit.demo import legacy_app
from refactorkit.demonstration import demonstrate

BRANCH = "refactorkit/http-url"


def git(folder: Path, *arguments: str) -> str:
    """What git prints in a folder, without the caller's own configuration."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def run_demo(home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, with an empty home and a temporary folder below it."""
    (home / "tmp").mkdir(exist_ok=True)
    environment = {**os.environ, "HOME": str(home), "TMPDIR": str(home / "tmp"), **variables}
    command = [sys.executable, "-m", "refactorkit", "demo", *arguments]
    return subprocess.run(
        command, cwd=home, env=environment, capture_output=True, text=True, check=False, encoding="utf-8"
    )


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A demonstration that was kept: its repository and what it printed."""
    home = tmp_path_factory.mktemp("home")
    done = run_demo(home, "--keep", str(home / "kept"))
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return home / "kept", done.stdout


@pytest.fixture(scope="module")
def checkout(kept: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The branch of http-url, checked out."""
    folder = tmp_path_factory.mktemp("branch") / "tree"
    git(kept[0], "worktree", "add", "--quiet", str(folder), BRANCH)
    return folder


@pytest.fixture(scope="module")
def findings(kept: tuple[Path, str]) -> dict[str, Any]:
    """What became of each field of the legacy application, by field."""
    command = [
        sys.executable,
        "-m",
        "refactorkit",
        "apply",
        "http-url",
        "src",
        "--dry-run",
        "--output-format",
        "json",
    ]
    done = subprocess.run(command, cwd=kept[0], capture_output=True, text=True, check=True)
    return {
        f["evidence"]["field"]: f for f in json.loads(done.stdout)["findings"] if "field" in f["evidence"]
    }


def test_every_codemod_that_changes_something_has_a_branch_a_diff_a_ledger_and_gates(
    kept: tuple[Path, str],
) -> None:
    folder, shown = kept
    for identifier in catalogue.identifiers():
        assert f"\n{identifier}: " in shown
        if f"\n{identifier}: nothing to change" not in shown:
            assert f"refactorkit/{identifier} ─" in shown
            assert f"refactorkit/{identifier}" in git(folder, "branch", "--list")
    assert f"{BRANCH} ─" in shown
    for part in ("\n+StrictUrl = ", "\nchanged\n", "\nrefused\n", "\nsuppressed\n", "\nverified\n"):
        assert part in shown
    assert not any(
        line != line.rstrip() for line in shown.splitlines() if line.strip() and line[0] not in "+- "
    )
    assert "\x1b" not in shown


def test_the_checkout_holds_the_application_as_it_was(kept: tuple[Path, str]) -> None:
    folder, _ = kept
    assert git(folder, "status", "--porcelain", "--ignored") == ""
    assert git(folder, "rev-list", "--count", "HEAD").strip() == "1"
    assert sorted(git(folder, "ls-files").split()) == sorted(legacy_app())
    assert {path: (folder / path).read_bytes() for path in legacy_app()} == legacy_app()


@pytest.mark.parametrize(
    ("field", "status", "reason"),
    [
        ("BookCreate.cover_url", "changed", None),
        ("BookCreate.reviews", "changed", None),
        ("BookUpdate.cover_url", "changed", None),
        ("Book.cover_url", "changed", None),
        ("Book.reviews", "changed", None),
        ("FeedEntry.link", "refused", "not-pydantic"),
        ("ClubProfile.website", "refused", "mixed-role"),
        ("Publisher.price_list", "suppressed", "suppressed"),
    ],
)
def test_each_field_ends_as_it_should(
    field: str, status: str, reason: str | None, findings: dict[str, Any]
) -> None:
    assert (findings[field]["status"], findings[field]["reason"]) == (status, reason)


def test_a_field_whose_value_is_used_as_a_string_is_refused(findings: dict[str, Any]) -> None:
    assert findings["Publisher.homepage"]["status"] == "refused"
    # Its default is a string too; either reason is true, and which of them is told first may change.
    assert findings["Publisher.homepage"]["reason"] in ("used-as-str", "string-default")


def test_three_input_and_two_stored_fields_change_and_nothing_else_is_looked_at(
    findings: dict[str, Any],
) -> None:
    roles = [f["evidence"]["role"] for f in findings.values() if f["status"] == "changed"]
    assert sorted(roles) == ["input"] * 3 + ["stored"] * 2
    assert len(findings) == 9


def test_the_branch_compiles_and_brings_a_migration_note(checkout: Path) -> None:
    sources = list(checkout.rglob("*.py"))
    for path in sources:
        compile(path.read_bytes(), str(path), "exec")
    assert len(sources) > 15
    assert "BookCreate.cover_url" in (checkout / "docs/http-url-migration.md").read_text("utf-8")


BEHAVIOUR = """
from pydantic import ValidationError
from sqlalchemy.orm import Session
from bookclub import catalogue, schemas
from bookclub.database import engine_for
from bookclub.tables import BookRow

def rejects(model, **values):
    try:
        model(**values)
    except ValidationError:
        return True
    return False

new = dict(isbn="9780141439518", title="Emma")
assert rejects(schemas.BookCreate, **new, cover_url="not a url")
assert rejects(schemas.BookCreate, **new, reviews=["https://a.example/", ""])
assert rejects(schemas.BookUpdate, cover_url="logo.png")
assert not rejects(schemas.BookUpdate, cover_url=None)
with Session(engine_for("sqlite://")) as session:
    url = "https://covers.example.org/emma.jpg"
    row = catalogue.add_book(session, schemas.BookCreate(**new, cover_url=url, reviews=[url]))
    assert (row.cover_url, row.reviews) == (url, [url]), row.reviews
    assert catalogue.update_book(session, row.id, schemas.BookUpdate(cover_url=url + "?2")).cover_url == url + "?2"
    session.add(BookRow(isbn="0141439513", title="Old", cover_url="logo.png", reviews=["see page 2"]))
    session.commit()
    shown = [schemas.Book.model_validate(row) for row in catalogue.list_books(session)]
    assert [str(book.cover_url) for book in shown] == [url + "?2", "logo.png"], shown
    assert '"logo.png"' in shown[1].model_dump_json()
    assert shown[1].model_dump()["reviews"] == ["see page 2"]
print("held")
"""


def test_on_the_branch_input_is_strict_and_old_rows_are_still_read(checkout: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(checkout / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", BEHAVIOUR],
        cwd=checkout, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == "held", done.stderr


def test_the_readme_shows_a_part_of_the_diff_as_it_is(kept: tuple[Path, str]) -> None:
    readme = (Path(__file__).resolve().parent.parent / "README.md").read_text("utf-8")
    names, *hunks = readme.partition("```diff\n")[2].partition("```")[0].split("@@ -")
    assert names in kept[1]
    assert len(hunks) == 2
    assert [hunk for hunk in hunks if hunk not in kept[1]] == []


@pytest.mark.network
def test_the_applications_own_tests_pass_on_the_branch(checkout: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    wanted = ["fastapi", "httpx", "pydantic>=2.6", "sqlalchemy>=2.0", "pytest"]
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", *wanted], check=True)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "PYTHONPATH"))}
    done = subprocess.run(
        [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=checkout, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "6 passed" in done.stdout


def test_without_keep_nothing_is_left(tmp_path: Path) -> None:
    done = run_demo(tmp_path)
    assert done.returncode == 0
    assert "Committed" not in done.stdout
    assert list((tmp_path / "tmp").iterdir()) == []


def test_an_interrupted_demonstration_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    command = [sys.executable, "-m", "refactorkit", "demo"]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    limit = time.monotonic() + 30
    while not list((tmp_path / "tmp").glob("refactorkit-demo-*/.git")) and time.monotonic() < limit:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert list((tmp_path / "tmp").glob("refactorkit-demo-*")) == []


def test_it_works_without_an_identity_and_past_hooks_templates_and_signing(tmp_path: Path) -> None:
    template = tmp_path / "template"
    (template / "hooks").mkdir(parents=True)
    (template / "hooks" / "pre-commit").write_text("#!/bin/sh\nexit 1\n")
    (template / "hooks" / "pre-commit").chmod(0o755)
    (tmp_path / ".gitconfig").write_text(
        f"[init]\ntemplateDir = {template}\n[commit]\ngpgsign = true\n[gpg]\nprogram = /nowhere\n"
        f"[core]\nhooksPath = {template}/hooks\nautocrlf = true\n[user]\nuseConfigOnly = true\n"
    )
    done = run_demo(tmp_path, "--keep", "kept", GIT_CONFIG_NOSYSTEM="1", EMAIL="")
    assert done.returncode == 0, done.stderr
    assert git(tmp_path / "kept", "log", "-1", "--format=%an", BRANCH).strip() == "refactorkit demo"


def test_it_leaves_the_repository_alone_whose_hook_runs_it(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "theirs")
    theirs = tmp_path / "theirs" / ".git"
    before = sorted(path.name for path in theirs.iterdir())
    done = run_demo(tmp_path, GIT_DIR=str(theirs), GIT_INDEX_FILE=str(theirs / "index"))
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in theirs.iterdir()) == before


def test_the_folder_to_keep_it_in_must_be_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert demonstrate(None, tmp_path) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == f"refactorkit: {tmp_path} is not empty: name a folder that is, or a new one\n"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert demonstrate(None, tmp_path / "file" / "below") == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_subject_that_cannot_be_had_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert demonstrate("no subject", None) == 2
    error = capfd.readouterr().err.splitlines()[-1]
    assert error.startswith("refactorkit: 'no subject' is no subject: give NAME==VERSION")


def test_the_branch_of_narrow_except_holds_handlers_that_say_what_can_arrive(kept: tuple[Path, str]) -> None:
    settings = git(kept[0], "show", "refactorkit/narrow-except:src/bookclub/settings.py")
    assert settings.count("except ValueError:") == 2
    notices = git(kept[0], "show", "refactorkit/narrow-except:src/bookclub/notices.py")
    assert "except Exception:" in notices  # listeners may raise anything
    assert "calls-stored-callable" in kept[1]


def test_a_subject_comes_whole_with_what_it_ignores_and_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    members = {
        ".gitignore": b"*.py\n",
        ".gitattributes": b"* text eol=crlf filter=missing\n",
        "app.py": b"x = 1\r\ny = 2\n",
        "größe.txt": b"\xff",
    }
    (tmp_path / "refactorkit-subjects").mkdir()
    with tarfile.open(tmp_path / "refactorkit-subjects" / "x-1.tar.gz", "w:gz") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(f"x-1/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert demonstrate("x==1", tmp_path / "kept") == 0
    assert "works on . and" in capfd.readouterr().out.replace("\n", " ")
    for name, content in members.items():
        done = subprocess.run(
            ["git", "show", f"HEAD:{name}"], cwd=tmp_path / "kept", capture_output=True, check=True
        )
        assert done.stdout == content
    assert git(tmp_path / "kept", "status", "--porcelain") == ""
