"""`refactorkit new` and `refactorkit test`: what is written passes at once, and what is wrong is shown."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import house_rules
from refactorkit import suite
from repositories import CommandLine, Repository

ROOT = Path(__file__).resolve().parent.parent
WRITTEN = [
    "codemods/docs/fix-it.md",
    "codemods/fix_it.py",
    "codemods/golden/fix_it/leaves_what_looks_like_it/before/app.py",
    "codemods/golden/fix_it/leaves_what_looks_like_it/case.toml",
    "codemods/golden/fix_it/renames_the_call/after/app.py",
    "codemods/golden/fix_it/renames_the_call/before/app.py",
]
AFTER = Path("codemods/golden/fix_it/renames_the_call/after/app.py")
PAGE = Path("codemods/docs/fix-it.md")


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refactorkit: CommandLine) -> Path:
    """A folder, the current one, in which `refactorkit new fix-it` was run."""
    monkeypatch.chdir(tmp_path)
    assert refactorkit("new", "fix-it").code == 0
    return tmp_path


def files(folder: Path) -> list[str]:
    """All files below a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_what_new_writes_passes_at_once(made: Path, refactorkit: CommandLine) -> None:
    assert files(made) == WRITTEN
    tested = refactorkit("test", "codemods")
    assert (tested.code, tested.out, tested.err) == (0, "2 cases passed, 0 failed\n", "")
    assert files(made) == WRITTEN  # no bytecode either


def test_what_new_writes_keeps_the_rules_of_this_project(made: Path) -> None:
    source = (made / "codemods" / "fix_it.py").read_text()
    rules = (house_rules.unexplained_codemod, house_rules.undocumented, house_rules.unexplained_reasons)
    assert [rule(source) for rule in rules] == [[], [], []]
    assert house_rules.incomplete_golden(made / "codemods" / "golden" / "fix_it") == []


def test_what_new_writes_runs_on_a_project(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere" / "codemods"
    assert refactorkit("new", "fix-it", "--folder", str(folder)).code == 0
    (folder.parent / "conf.toml").write_text('codemods-folder = "codemods"\n')
    repository.commit({"a.py": "import logging\nlogging.warn('x')\n"})
    done = refactorkit(
        "apply", "fix-it", ".", "--config", str(folder.parent / "conf.toml"), "-o", "name=info"
    )
    assert done.code == 0
    assert repository.show("refactorkit/fix-it:a.py") == b"import logging\nlogging.info('x')\n"


def test_new_joins_a_project_that_keeps_cases_beside_its_codemods(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refactorkit: CommandLine
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("codemods", "golden", "docs/reference"):
        (tmp_path / folder).mkdir(parents=True)
    assert refactorkit("new", "fix-it").code == 0
    assert "golden/fix_it/renames_the_call/after/app.py" in files(tmp_path)
    assert "docs/reference/fix-it.md" in files(tmp_path)
    for named in ("codemods", "."):
        assert refactorkit("test", named).out == "2 cases passed, 0 failed\n"


def test_the_folder_of_the_shipped_codemods_needs_no_second_copy_of_them() -> None:
    found = suite.named(ROOT / "codemods")
    assert found.codemods is None
    assert found.cases == ROOT / "golden"
    assert set(found.own or ()) == {path.stem.replace("_", "-") for path in ROOT.glob("codemods/[!_]*.py")}
    assert found.stale_pages() == {}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Fix_It", "'Fix_It' can't be the id of a codemod: write it in lower case, like logging-warn"),
        ("../evil", "'../evil' can't be the id of a codemod"),
        ("class", "'class' can't be the id of a codemod"),
        ("http-url", "there is a codemod http-url already: choose another name"),
        ("fix-it", "codemods/fix_it.py is there already: choose another name"),
    ],
)
def test_a_name_that_cannot_be_taken_writes_nothing(
    made: Path, refactorkit: CommandLine, name: str, said: str
) -> None:
    refused = refactorkit("new", name)
    assert refused.code == 2
    assert said in refused.complaint
    assert files(made) == WRITTEN


def test_a_case_that_does_not_hold_is_shown_as_a_diff(made: Path, refactorkit: CommandLine) -> None:
    AFTER.write_bytes(AFTER.read_bytes().replace(b"warning(", b"critical(")[:-1] + b"\r\n")
    tested = refactorkit("test", "codemods", "fix-it")
    assert tested.code == 1
    assert tested.out == (
        "fix-it/renames_the_call\n"
        "  --- wanted/app.py\n"
        "  +++ got/app.py\n"
        "  @@ -1,3 +1,3 @@\n"
        "   import logging as log\n"
        "   \n"
        '  -log.critical("%s", 1)  # why\\r\n'
        '  +log.warning("%s", 1)  # why\n'
        "\n"
        "1 case passed, 1 failed\n"
    )


def test_update_rewrites_cases_and_pages_and_shows_how(made: Path, refactorkit: CommandLine) -> None:
    right = AFTER.read_bytes()
    shutil.rmtree(AFTER.parent)
    PAGE.write_text("# old\n")
    stale = refactorkit("test", "codemods")
    assert stale.code == 1
    assert "codemods/docs/fix-it.md\n  the page is not current: rewrite it with --update" in stale.out
    assert stale.out.endswith("1 case passed, 1 failed, 1 page not current\n")
    updated = refactorkit("test", "codemods", "--update")
    assert updated.code == 0
    assert "rewritten  fix-it/renames_the_call\n  --- was/app.py\n  +++ is/app.py\n" in updated.out
    assert "rewritten  codemods/docs/fix-it.md" in updated.out
    assert AFTER.read_bytes() == right
    assert refactorkit("test", "codemods").out == "2 cases passed, 0 failed\n"


def test_a_folder_without_cases_says_where_they_go(made: Path, refactorkit: CommandLine) -> None:
    shutil.rmtree("codemods/golden")
    assert refactorkit("test", "codemods").complaint == (
        "codemods/golden holds no case: make codemods/golden/<codemod>/<case>/before/"
    )
    assert refactorkit("test", "nowhere").complaint.startswith("there is no folder nowhere: give the folder")
    assert "did you mean fix-it?" in refactorkit("test", "codemods", "fix-ti").complaint


@pytest.mark.parametrize(
    ("case", "files", "said"),
    [
        ("fix_it/no_input", {}, "there is no file in before/: put in what the codemod gets"),
        ("nowhere/a_case", {"before/a.py": b"x = 1\n"}, "there is no codemod 'nowhere'"),
        (
            "fix_it/not_utf8",
            {"before/a.py": b"x = 1\n", "case.toml": b"\xff"},
            "case.toml can't be read ('utf-8' codec",
        ),
        (
            "fix_it/a_slip",
            {"before/a.py": b"x = 1\n", "case.toml": b"levle = 'proved'\n"},
            "case.toml has no key 'levle': did you mean level?",
        ),
        ("fix_it/no_level", {"before/a.py": b"x = 1\n", "case.toml": b"level = 'sure'\n"}, "$.level"),
        ("fix_it/no_list", {"before/a.py": b"x = 1\n", "case.toml": b"findings = 3\n"}, "$.findings"),
    ],
)
@pytest.mark.parametrize("more", [(), ("--update",)])
def test_a_case_that_proves_nothing_fails(
    made: Path,
    refactorkit: CommandLine,
    case: str,
    files: dict[str, bytes],
    said: str,
    more: tuple[str, ...],
) -> None:
    folder = made / "codemods" / "golden" / case
    folder.mkdir(parents=True)
    for path, data in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(data)
    tested = refactorkit("test", "codemods", *more)
    assert tested.code == 1
    assert said in tested.out
    assert tested.err == ""


@pytest.mark.parametrize(
    ("code", "error"),
    [("def half(:\n", "SyntaxError: invalid syntax"), ("raise SystemExit(0)\n", "SystemExit: 0")],
)
def test_a_codemod_that_cannot_be_loaded_is_no_success(
    made: Path, refactorkit: CommandLine, code: str, error: str
) -> None:
    folder = made / "codemods"
    folder = folder.rename(made / f"of_{error.partition(':')[0]}")  # what a folder holds is read once
    (folder / "half.py").write_text(code)
    (folder / "docs" / "half.md").write_text("its page\n")
    tested = refactorkit("test", folder.name)
    assert tested.code == 1
    assert f"half\n  {folder.name}/half.py can't be imported: {error}" in tested.out
    assert tested.out.endswith("2 cases passed, 0 failed, 1 codemod not usable\n")
    assert refactorkit("test", folder.name, "--update").code == 1
    assert refactorkit("test", folder.name, "fix-it").code == 0


def test_a_codemod_that_mentions_nothing_looks_at_every_file(made: Path, refactorkit: CommandLine) -> None:
    code = (made / "codemods" / "fix_it.py").read_text()
    assert 'mentions = (b"warn",)' in code
    (made / "codemods" / "fix_it.py").write_text(code.replace('mentions = (b"warn",)', "mentions = ()"))
    assert refactorkit("test", "codemods").out == "2 cases passed, 0 failed\n"
