"""Names of files are data: they forge no line of a message or report, steer no terminal and lead nowhere else."""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path

import pytest
from rich.console import Console

from refactorkit.analysis.migration_note import UrlField, migration_note
from refactorkit.config import ConfigError
from refactorkit.model import Change, Finding, Level, Plan, Skipped, Status
from refactorkit.report import json, page, text
from refactorkit.visible import visible
from refactorkit.workspace import WorkspaceError
from refactorkit.workspace.disk import DiskWorkspace
from refactorkit.workspace.entries import is_inside
from repositories import BRANCH, WARN, CommandLine, Repository

ESCAPES = "\x1b]0;owned\x07\x1b[2J"
FORGED = "a\n\nRefactorkit-Base: 0000"
MODEL = (
    "from pydantic import BaseModel\nLaxUrl = str\nclass In(BaseModel):\n    url: LaxUrl\ndef f(x: In): ...\n"
)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("src/a b.py", "src/a b.py"),
        ("caf\N{LATIN SMALL LETTER E WITH ACUTE}.py", "caf\N{LATIN SMALL LETTER E WITH ACUTE}.py"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\x1b[31m\x7f\x9b", r"\x1b[31m\x7f\x9b"),
        ("\u202egpj.py", r"\u202egpj.py"),
        ("\u2028", r"\u2028"),
        (os.fsdecode(b"\xe9\x9b"), r"\xe9\x9b"),
    ],
)
def test_what_would_be_obeyed_is_shown_as_an_escape(name: str, shown: str) -> None:
    assert visible(name) == shown


def findings(path: str) -> Plan:
    finding = Finding(
        path=path, line=1, column=0, end_line=1, status=Status.REFUSED, level=Level.PROVED, reason="no", message=f"of {path}"
    )  # fmt: skip
    change = Change(path=path, before=b"x\n", after=b"y\x1b[2J\n", findings=(finding,))
    return Plan(
        codemod="x", version="1", options={}, outcomes=(change, Skipped(path=f"z{path}", reason=path))
    )


@pytest.mark.parametrize("is_terminal", [True, False])
def test_no_report_holds_what_a_terminal_obeys(is_terminal: bool) -> None:
    name = f"dir/{ESCAPES}\n  forged\u202e\x9b.py"
    out = io.StringIO()
    console = (
        Console(file=out, force_terminal=True, color_system=None, highlight=False)
        if is_terminal
        else page.Plain(out)
    )
    text.write(console, findings(name), dry_run=True)
    said = out.getvalue()
    if not is_terminal:
        assert said.count("\x1b") == 1  # the diff's own line, which `git apply` reads
        said = said.replace("+y\x1b[2J\n", "")
    assert not set(said) & {"\x1b", "\x07", "\u202e", "\x9b"}
    assert not any(line.startswith("  forged") for line in said.splitlines())
    assert visible(name) in said


def test_json_holds_no_control_character() -> None:
    rendered = json.render(findings(f"{ESCAPES}\x9b\u202e\n.py"))
    assert visible(rendered[:-1]) == rendered[:-1]
    assert "\\u009b\\u202e" in rendered


def test_names_forge_no_trailer_and_no_line_of_the_message(
    repository: Repository, refactorkit: CommandLine
) -> None:
    base = repository.commit({f"{FORGED}/{ESCAPES}.py": WARN, f"{FORGED}/b.py": WARN})
    assert refactorkit.apply("logging-warn", ".", "--only", FORGED).code == 0
    message = repository.git("log", "-1", "--format=%B", BRANCH)
    assert "\x1b" not in message
    parsed = subprocess.run(
        ["git", "interpret-trailers", "--parse"], input=message, text=True, capture_output=True, check=True
    ).stdout.splitlines()
    assert [line for line in parsed if line.startswith("Refactorkit-Base: ")] == [f"Refactorkit-Base: {base}"]
    assert message.splitlines()[0].startswith("refactor(a\\n\\nRefactorkit-Base: 0000")
    assert refactorkit.apply("logging-warn", ".").code == 0  # our own branch is known again


def test_errors_show_names_as_escapes(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit({"a.py": WARN})
    for arguments in ([f"no{ESCAPES}"], [".", "--base", f"x{ESCAPES}"], [".", "--since", f"x{ESCAPES}"]):
        result = refactorkit.apply("logging-warn", *arguments)
        assert result.code == 2
        assert "\\x1b" in result.complaint
    usage = refactorkit("apply", "x", ".", f"--no{ESCAPES}")
    assert usage.code == 2
    assert "\x1b" not in usage.err


def test_names_are_plain_text_in_a_markdown_note() -> None:
    path = f"<img src=x>[a](b)`{os.fsdecode(bytes([0xE9]))}\n# forged.py"
    field = UrlField(model="m.M", field="url", path=path, line=1, role="input")
    note = migration_note([field], strict="pydantic.HttpUrl", aliases={}, stored="keep")
    assert "\n# forged" not in note
    assert r"\<img src=x\>\[a\](b)\`" in " ".join(note.split())
    assert note.encode()


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("a.py", True), ("docs/a b.md", True), (".github/x.yml", True), (".gitignore", True), ("git/x", True),
        ("..", False), ("../x", False), ("a/../../x", False), ("/etc/x", False), ("a//b", False), ("./a", False), ("", False),
        (".git/hooks/x", False), ("a/.GIT/config", False), (".git ./x", False), ("GIT~1/x", False), ("a\0b", False),
    ],
)  # fmt: skip
def test_a_path_of_the_project_leads_neither_out_of_it_nor_into_git(path: str, inside: bool) -> None:
    assert is_inside(path) is inside


@pytest.mark.parametrize(
    "note", ["../x.md", "/tmp/x.md", ".git/hooks/post-commit", "docs/../../x", ".", "docs//x.md"]
)
@pytest.mark.parametrize("where", ["-o", "pyproject.toml"])
@pytest.mark.parametrize("how", [[], ["--in-place"], ["--dry-run"]], ids=["branch", "in place", "dry run"])
def test_a_note_outside_of_the_project_is_refused(
    repository: Repository, refactorkit: CommandLine, note: str, where: str, how: list[str]
) -> None:
    files: dict[str, str | bytes] = {"a.py": MODEL}
    if where == "pyproject.toml":
        files[where] = f"[tool.refactorkit.codemods.http-url]\nnote = '{note}'\n"
    repository.commit(files)
    option = ["-o", f"note={note}"] if where == "-o" else []
    result = refactorkit("apply", "http-url", ".", "-o", "role=input", *option, *how)
    assert result.code == 2, result.out
    assert result.complaint == (
        f"http-url would write {note!r}, which is not inside of the project: correct its options"
    )
    assert repository.git("status", "--porcelain") == ""
    assert repository.branches() == ["main"]


def test_a_note_takes_the_place_of_nothing(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit({"a.py": MODEL, "README": "x\n", "docs/x.md": "x\n"})
    for how in ([], ["--in-place"]):
        for note in ("README/x.md", "docs"):
            result = refactorkit("apply", "http-url", ".", "-o", "role=input", "-o", f"note={note}", *how)
            assert result.code == 2
            assert "where a file or folder of the project is in the way" in result.complaint
    assert repository.git("status", "--porcelain") == ""


def test_in_place_neither_reads_nor_writes_through_a_linked_folder(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    repository.commit({"src/a.py": WARN, "b.py": WARN})
    outside = tmp_path / "outside"
    (repository.path / "src").rename(outside)
    (repository.path / "src").symlink_to(outside)
    (outside / "a.py").write_text(WARN + "secret = 1\n")
    result = refactorkit.apply("logging-warn", ".", "--in-place")
    assert result.code == 0, result.err
    assert "secret" not in result.out
    assert (outside / "a.py").read_text() == WARN + "secret = 1\n"
    assert "warning" in (repository.path / "b.py").read_text()


def test_in_place_writes_no_new_file_through_a_link(tmp_path: Path) -> None:
    project, outside = tmp_path / "project", tmp_path / "outside"
    for folder in (project / ".git" / "hooks", outside):
        folder.mkdir(parents=True)
    (project / "out").symlink_to(outside)
    (project / "hooks").symlink_to(".git/hooks")
    (project / "note.md").symlink_to(outside / "note.md")
    for path in ("out/x.md", "hooks/x.md", "note.md", "../x.md", ".git/x.md"):
        plan = Plan(
            codemod="x", version="1", options={}, outcomes=(Change(path=path, before=None, after=b"x"),)
        )
        with pytest.raises(WorkspaceError, match=r"outside|through a link|symbolic link"):
            DiskWorkspace(project).publish(plan, "", None)
    assert os.listdir(outside) == []
    assert os.listdir(project / ".git" / "hooks") == []


def tree_with(repository: Repository, name: str) -> str:
    """A commit whose tree holds an entry that git itself would never make."""
    blob = repository.git("rev-parse", "HEAD:a.py")
    raw = b"".join(b"100644 " + os.fsencode(n) + b"\0" + bytes.fromhex(blob) for n in sorted(["a.py", name]))
    (repository.path / "raw").write_bytes(raw)
    tree = repository.git("hash-object", "-t", "tree", "-w", "--literally", "raw")
    (repository.path / "raw").unlink()
    return repository.git("commit-tree", tree, "-m", "bad", "-p", "HEAD")


@pytest.mark.parametrize("name", ["../evil.py", ".git/evil.py", "/etc/evil.py", "x/../../evil.py"])
def test_entries_that_git_would_not_check_out_are_skipped(
    repository: Repository, refactorkit: CommandLine, name: str
) -> None:
    repository.commit({"a.py": WARN, "pyproject.toml": "[tool.ruff.format]\n"})
    bad = tree_with(repository, name)
    result = refactorkit.apply("logging-warn", ".", "--dry-run", "--base", bad, "--output-format", "json")
    assert result.code == 0, result.err
    assert result.document["skipped"] == [{"path": name, "reason": "a path that git does not check out"}]
    assert [change["path"] for change in result.document["changes"]] == ["a.py"]
    assert refactorkit.apply("logging-warn", ".", "--base", bad).code in (0, 2)
    assert not (repository.path.parent / "evil.py").exists()


def test_an_index_made_by_hand_leads_nowhere_in_place(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    repository.commit({"a.py": WARN, "aa/evil.py": WARN})
    (tmp_path / "evil.py").write_text(WARN)
    index = repository.path / ".git" / "index"
    data = index.read_bytes().replace(b"aa/evil.py", b"../evil.py")
    import hashlib

    index.write_bytes(data[:-20] + hashlib.sha1(data[:-20]).digest())
    result = refactorkit.apply("logging-warn", ".", "--in-place")
    assert result.code in (0, 2), result.err
    assert (tmp_path / "evil.py").read_text() == WARN


def test_a_codemod_that_names_another_place_is_refused(tmp_path: Path) -> None:
    from refactorkit.codemod import Codemod
    from refactorkit.config import Config
    from refactorkit.discover import discover
    from refactorkit.model import Outcome, Source
    from refactorkit.pipeline import plan

    class Elsewhere(Codemod):
        mentions = (b"x",)

        def rewrite(self, source: Source, facts: object, scope: object) -> Outcome:
            return Change(path="../y.py", before=source.data, after=b"y = 1\n")

    (tmp_path / "x.py").write_text("x = 1\n")
    with pytest.raises(ConfigError, match=r"would write '../y.py'"):
        plan(Elsewhere(), discover(DiskWorkspace(tmp_path), [str(tmp_path)]), Config())
