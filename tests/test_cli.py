"""The command line keeps its contract: exit codes, one line for each error, stdout for the result alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from repositories import BRANCH, SAMPLES, WARN, WARNING, CommandLine, Repository, environment, spawn


@pytest.fixture
def project(repository: Repository) -> Repository:
    """Two files, one of which has a site."""
    repository.commit({"src/a.py": WARN, "src/b.py": "x = 1\n"})
    return repository


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["src"], 0),
        (["src/b.py"], 0),
        (["src", "--check"], 1),
        (["src/b.py", "--check"], 0),
        (["src", "--dry-run"], 0),
        (["src", "--base", "nonsense"], 2),
        (["src", "bad.py"], 3),
        (["src", "bad.py", "--check"], 3),
        (["src", "--verify", "exit 3"], 4),
        (["src", "bad.py", "--verify", "exit 3"], 4),
    ],
    ids=str,
)
def test_exit_codes(project: Repository, refactorkit: CommandLine, arguments: list[str], code: int) -> None:
    project.commit({"bad.py": "import logging\nlogging.warn 'x'\n"})
    assert refactorkit.apply("logging-warn", *arguments).code == code


ERRORS = {
    "apply htp-url src": "there is no codemod 'htp-url': did you mean http-url?",
    "apply http-url srk": "there is no srk in {base}: did you mean src?",
    "apply http-url src/q.py": "there is no src/q.py in {base}: did you mean src/b.py or src/a.py or src?",
    "apply http-url qqqqqq": "there is no qqqqqq in {base}: check the path",
    "apply http-url ..": ".. lies outside of {root}: give a path inside of it",
    "apply http-url /": "/ lies outside of {root}: give a path inside of it",
    "apply http-url src --only srk/a.py:1": "there is no srk/a.py in {base}: did you mean src/a.py or src/b.py?",
    "apply http-url src -o laks=x": "http-url has no option 'laks': did you mean lax?",
    "apply http-url src -o lax": "-o lax has no value: write -o key=value",
    "apply http-url src -o stored=kep": "http-url: stored=kep is not possible: did you mean keep?",
    "apply http-url src -o stored=qqq": "http-url: stored=qqq is not possible: there is keep, reject",
    "apply http-url src -o todo-fields=perhaps": "http-url: todo-fields=perhaps is not possible: it takes true or false",
    "apply http-url src --dry-rn": "there is no option --dry-rn: did you mean --dry-run",
    "apply http-url src --zzzzz": "there is no option --zzzzz: see refactorkit apply --help",
    "apply http-url src -z": "there is no option -z: see refactorkit apply --help",
    "apply http-url src --level certain": "invalid value for '--level': 'certain' is not one of 'proved', 'observed', 'suggested': see",
    "apply http-url src --output-format xml": "invalid value for '--output-format': 'xml' is not one of 'text', 'diff', 'json', ",
    "apply http-url src --jobs 0": "invalid value for '--jobs': 0 is not in the range x>=1: see refactorkit apply --help",
    "apply http-url src --jobs many": "invalid value for '--jobs': ",
    "apply http-url src --jobs": "option '--jobs' requires an argument: see refactorkit apply --help",
    "apply http-url src --changed-lines": "--changed-lines needs --since REF: say since when",
    "apply http-url src --since nonsense": "git: Not a valid object name nonsense: --since nonsense must name a commit",
    "apply http-url src --since=--all": "git: ",
    "apply http-url src --output no/where.json": "--output no/where.json can't be written (No such file or directory): check the folder",
    "apply http-url src --output src": "--output src can't be written (Is a directory): check the folder",
    "apply http-url src --config nowhere.toml": "--config nowhere.toml can't be read: No such file or directory: check the path",
    "apply http-url src --config src": "--config src can't be read: Is a directory: check the path",
    "apply http-url,http-url src": "http-url is named twice: name it once",
    "apply , src": "no codemod is named: give an id, see `refactorkit list`",
    "apply http-url": "missing argument 'PATH...': see refactorkit apply --help",
    "apply": "missing argument 'ID[,ID...]': see refactorkit apply --help",
    "aply http-url": "there is no command 'aply': did you mean apply?",
    "zzzzzz": "there is no command 'zzzzzz': see refactorkit --help",
    "--zzzzzz": "there is no option --zzzzzz: see refactorkit --help",
    "explain htp-url": "there is no codemod 'htp-url': did you mean http-url?",
    "explain": "missing argument 'ID': see refactorkit explain --help",
    "schema foo": "there is no schema 'foo': there is plan, cycles, bot and selection",
    "list extra": "extra is no recipe: name a file that ends in .toml, or leave it out",
    "test nowhere": "there is no folder nowhere: give the folder with the codemods or the golden cases",
    "test src": "src/golden holds no case: make src/golden/<codemod>/<case>/before/",
    "test src zzz": "there is no codemod 'zzz': there is ",
}  # fmt: skip


@pytest.mark.parametrize("line", ERRORS)
def test_an_error_is_one_line_that_says_what_to_do(
    project: Repository, refactorkit: CommandLine, line: str
) -> None:
    result = refactorkit(*line.split())
    assert result.code == 2
    assert result.out == ""
    base = project.git("rev-parse", "HEAD")[:10]
    assert result.complaint.startswith(ERRORS[line].format(base=base, root=project.path))
    assert project.branches() == ["main"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.refactorkit\n", "pyproject.toml is not valid TOML (Expected ']'"),
        ("[tool.refactorkit]\nexlude = ['x']\n", "pyproject.toml: [tool.refactorkit] has no key 'exlude': did you mean exclude"),
        ("[tool.refactorkit]\nzzzz = 1\n", "pyproject.toml: [tool.refactorkit] has no key 'zzzz': there is bot, cache, "),
        ("[tool.refactorkit]\nexclude = 'x'\n", "pyproject.toml: [tool.refactorkit]: Expected `array`, got `str`"),
        ("[tool.refactorkit]\nlevel = 'sure'\n", "pyproject.toml: [tool.refactorkit]: Invalid enum value 'sure'"),
        ("[tool.refactorkit]\nexclude = ['!']\n", "[tool.refactorkit] exclude: "),
        ("[tool.refactorkit.codemods.htp-url]\n", "[tool.refactorkit.codemods.htp-url] names no codemod: did you mean http-url?"),
        ("[tool.refactorkit.codemods.http-url]\nlaks = 'x'\n", "http-url has no option 'laks': did you mean lax?"),
        ("[tool.refactorkit.codemods.http-url]\nstored = 1\n", "http-url: stored=1 is not possible: there is keep, reject"),
        ("tool = 1\n# refactorkit\n", ""),
        ("[tool]\nrefactorkit = 1\n", "pyproject.toml: [tool.refactorkit]: Expected `object`, got `int`"),
    ],
)  # fmt: skip
def test_bad_settings_are_one_line(
    project: Repository, refactorkit: CommandLine, text: str, said: str
) -> None:
    project.commit({"pyproject.toml": text})
    result = refactorkit("apply", "http-url", "src")
    assert result.code == (2 if said else 0)
    if said:
        assert result.complaint.startswith(said)
        assert refactorkit("apply", "http-url", "src", "--isolated").code == 0


def test_usage_errors_are_one_line_in_a_process_of_their_own(project: Repository) -> None:
    for arguments in (["aply"], ["apply", "http-url", "src", "--dry-rn"], ["apply", "http-url", b"\xff".decode(errors="surrogateescape")]):  # fmt: skip
        result = spawn(*arguments, cwd=project.path)
        assert result.code == 2
        assert result.complaint
        assert result.out == ""


def test_a_damaged_repository_is_one_line(project: Repository, refactorkit: CommandLine) -> None:
    (project.path / ".git" / "objects").rename(project.path / ".git" / "lost")
    result = refactorkit.apply("logging-warn", "src")
    assert result.code == 2
    assert result.complaint


def test_messages_and_result_are_kept_apart(project: Repository, refactorkit: CommandLine) -> None:
    project.write({"src/a.py": WARN + "x = 1\n"})
    result = refactorkit.apply("logging-warn", "src", "--output-format", "diff")
    assert result.out.startswith("diff --git a/src/a.py b/src/a.py\n")
    assert result.complaint.startswith("warning: 1 file has uncommitted changes")


def test_the_result_can_go_to_a_file_that_a_failing_run_leaves_alone(
    project: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    target = tmp_path / "out.diff"
    target.write_text("precious " * 1000)
    assert refactorkit.apply("logging-warn", "src", "--base", "nonsense", "--output", str(target)).code == 2
    assert target.read_text() == "precious " * 1000
    result = refactorkit.apply("logging-warn", "src", "--output", str(target), "--output-format", "diff")
    assert (result.code, result.out, result.err) == (0, "", "")
    assert target.read_text().startswith("diff --git")
    assert "precious" not in target.read_text()


def test_the_result_may_go_to_a_device(project: Repository, refactorkit: CommandLine) -> None:
    result = refactorkit.apply("logging-warn", "src", "--dry-run", "--output", os.devnull)
    assert (result.code, result.out, result.err) == (0, "", "")


def test_a_terminal_that_knows_only_ascii_will_do(project: Repository) -> None:
    data = "# ünï → \udcff\n".encode("utf-8", "surrogateescape")
    project.commit(
        {"src/a.py": b"# -*- coding: latin-1 -*-\nimport logging\n" + data + b"logging.warn('x')\n"}
    )
    arguments = [
        sys.executable,
        "-m",
        "refactorkit",
        "apply",
        "logging-warn",
        ".",
        "--dry-run",
        "--config",
        str(SAMPLES),
    ]
    for output_format in ("text", "diff"):
        done = subprocess.run(
            [*arguments, "--output-format", output_format],
            env=environment(PYTHONIOENCODING="ascii", PYTHONUTF8="0"), capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stderr == b""
        if output_format == "diff":
            assert data in done.stdout


def test_help_and_list_load_neither_libcst_nor_gitpython() -> None:
    for arguments in (["--help"], ["list"], ["apply", "--help"], ["--version"]):
        code = (
            "import sys; from refactorkit.cli.program import run; code = run(sys.argv[1:]);"
            "heavy = {'libcst', 'git', 'black', 'sqlalchemy'} & sys.modules.keys(); assert not heavy, heavy;"
            "sys.exit(code)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout


def test_version_and_list_and_explain_and_schema(refactorkit: CommandLine) -> None:
    assert "Usage: refactorkit" in refactorkit().out
    assert spawn("--version").out.startswith("refactorkit ")
    listed = refactorkit("list")
    assert listed.code == 0
    assert re.search(r"(?m)^http-url +Replace a permissive URL type", listed.out)
    explained = refactorkit("explain", "http-url").out
    for part in (
        "http-url\n========\n",
        "Why: ",
        "Leaves alone: ",
        "Options\n-------\n-o lax=LaxUrl\n",
        "Reasons\n-------\n",
    ):
        assert part in explained
    assert all(line == line.rstrip() and len(line) <= 120 for line in explained.splitlines())
    assert refactorkit("schema", "plan").out == refactorkit("schema").out


def test_codemods_of_a_folder_that_a_settings_file_names_are_listed_explained_and_tested(
    refactorkit: CommandLine, tmp_path: Path
) -> None:
    config = ("--config", str(SAMPLES))
    assert "logging-warn" in refactorkit("list", *config).out
    assert "logging-warn" not in refactorkit("list").out
    assert "-o shout=false" in refactorkit("explain", "logging-warn", *config).out
    case = tmp_path / "golden" / "logging_warn" / "a_call"
    for name, text in (("before", WARN), ("after", WARNING)):
        (case / name).mkdir(parents=True)
        (case / name / "a.py").write_text(text)
    folder = str(tmp_path / "golden")
    assert refactorkit("test", folder, "logging-warn", *config).out == "1 case passed, 0 failed\n"
    assert refactorkit("test", folder, "logging-warn").complaint.startswith(
        "there is no codemod 'logging-warn'"
    )
    for command in (("list",), ("explain", "http-url"), ("test", folder)):
        result = refactorkit(*command, "--config", "nowhere.toml")
        assert (result.code, result.out) == (2, "")
        assert result.complaint.startswith("--config nowhere.toml can't be read: ")


def test_text_has_no_trailing_spaces_and_right_plurals(project: Repository, refactorkit: CommandLine) -> None:
    out = refactorkit.apply("logging-warn", "src").out
    assert "1 file changed" in out
    ledger = out[out.index("1 file changed") :]
    assert all(line == line.rstrip() for line in ledger.splitlines())
    for step in (
        f"git diff HEAD...{BRANCH}",
        f"git switch {BRANCH}",
        f"git push -u origin {BRANCH}",
        f"git branch -D {BRANCH}",
    ):
        assert step in ledger
    project.commit({"src/c.py": WARN})
    assert "2 files would change" in refactorkit.apply("logging-warn", "src", "--dry-run").out


def test_only_chooses_files_and_lines(project: Repository, refactorkit: CommandLine) -> None:
    project.commit(
        {"src/c.py": "import logging\nlogging.warn(1)\nlogging.warn(2)\nlogging.warn(\n    3\n)\n"}
    )
    document = refactorkit.json(
        "logging-warn", ".", "--only", "src/c.py:3", "--only", "src/c.py:5", "--only", "src/a.py"
    )
    found = [(f["path"], f["line"], f["status"], f["reason"]) for f in document["findings"]]
    assert found == [
        ("src/a.py", 3, "changed", None),
        ("src/c.py", 2, "unchanged", "not-selected"),
        ("src/c.py", 3, "changed", None),
        ("src/c.py", 4, "changed", None),
    ]
    assert project.show(f"{BRANCH}:src/c.py").decode().splitlines()[1] == "logging.warn(1)"


def test_since_chooses_changed_files_and_changed_lines(project: Repository, refactorkit: CommandLine) -> None:
    start = project.commit({"src/c.py": WARN, "src/d.py": WARN})
    project.git("branch", "start")
    project.commit({"src/c.py": WARN + "logging.warn('new')\n"})
    files = refactorkit.json("logging-warn", ".", "--since", "start")
    assert [(f["path"], f["line"]) for f in files["findings"] if f["status"] == "changed"] == [
        ("src/c.py", 3),
        ("src/c.py", 4),
    ]
    lines = refactorkit.json("logging-warn", ".", "--since", "start", "--changed-lines")
    assert [(f["path"], f["line"]) for f in lines["findings"] if f["status"] == "changed"] == [
        ("src/c.py", 4)
    ]
    options = project.git("log", "-1", "--format=%(trailers:key=Refactorkit-Options,valueonly)", BRANCH)
    assert f'"changed-lines":true,"paths":["."],"since":"{start}"' in options


def test_settings_of_the_target_hold_unless_isolated(project: Repository, refactorkit: CommandLine) -> None:
    settings = "[tool.refactorkit]\nexclude = ['/gen', 'old_*.py']\n[tool.refactorkit.codemods.http-url]\nlax = ['Loose']\n"
    project.commit({
        "src/pyproject.toml": settings, "src/gen/x.py": "Loose = 1\n", "src/old_x.py": "Loose = 1\n", "src/in/gen/y.py": "Loose = 1\n",
        "pyproject.toml": "[project]\ndependencies = ['refactorkit']\n",
    })  # fmt: skip
    result = refactorkit("apply", "http-url", "src", "--dry-run", "--output-format", "json")
    assert result.document["options"]["lax"] == ["Loose"]
    assert (result.document["files"]["seen"], result.document["files"]["admitted"]) == (3, 1)
    isolated = refactorkit(
        "apply", "http-url", "src", "--dry-run", "--output-format", "json", "--isolated"
    ).document
    assert isolated["options"]["lax"] == ["LaxUrl"]
    assert isolated["files"]["seen"] == 5
    given = refactorkit(
        "apply", "http-url", "src", "--dry-run", "--output-format", "json", "-o", "lax=a.B,C"
    ).document
    assert given["options"]["lax"] == ["a.B", "C"]


def test_ignored_sites_and_idle_ignores_are_in_the_ledger(
    project: Repository, refactorkit: CommandLine
) -> None:
    project.commit({
        "src/a.py": "import logging\n"
        "logging.warn(1)  # refactorkit: ignore\n"
        "logging.warn(2)  # refactorkit: ignore[logging-warn, http-url]\n"
        "logging.warn(3)  # refactorkit: ignore[http-url]\n"
        "logging.info(4)  # refactorkit: ignore[logging-warn]\n",
        "src/b.py": "x = 1  # refactorkit: ignore[logging-warn]\n",
    })  # fmt: skip
    document = refactorkit.json("logging-warn", "src")
    assert [(f["path"], f["line"], f["status"], f["reason"]) for f in document["findings"]] == [
        ("src/a.py", 2, "suppressed", "suppressed"),
        ("src/a.py", 3, "suppressed", "suppressed"),
        ("src/a.py", 4, "changed", None),
        ("src/a.py", 5, "unchanged", "unused-ignore"),
        ("src/b.py", 1, "unchanged", "unused-ignore"),
    ]
    assert project.git("diff", "--numstat", f"main..{BRANCH}") == "1\t1\tsrc/a.py"
    result = refactorkit("apply", "http-url", "src", "--dry-run", "--output-format", "json").document
    assert [(f["path"], f["line"], f["reason"]) for f in result["findings"]] == [
        ("src/a.py", 3, "unused-ignore"), ("src/a.py", 4, "unused-ignore"),
    ]  # fmt: skip


def test_golden_cases_run_and_are_counted(
    tmp_path: Path, refactorkit: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = tmp_path / "golden" / "http_url" / "nothing_to_do" / "before"
    case.mkdir(parents=True)
    (case / "a.py").write_text("x = 1\n")
    monkeypatch.chdir(tmp_path)
    assert refactorkit("test").out == "1 case passed, 0 failed\n"
    (case.parent / "after").mkdir()
    (case.parent / "after" / "a.py").write_text("x = 2\n")
    failed = refactorkit("test", "golden", "http-url")
    assert failed.code == 1
    assert failed.out.endswith("0 cases passed, 1 failed\n")
    assert refactorkit("test", "--update").code == 0
    assert not (case.parent / "after").exists()


def test_the_readme_promise_of_no_traceback_holds_without_a_current_folder(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f"cd {gone}; rmdir {gone}; exec {sys.executable} -P -m refactorkit apply http-url ."
    done = subprocess.run(
        ["sh", "-c", script], env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("refactorkit: "), done.stderr
    assert done.stderr.count("\n") == 1
    assert os.path.isdir(tmp_path)
    assert WARNING != WARN
