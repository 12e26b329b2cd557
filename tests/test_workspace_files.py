"""Odd files come through as they are: line ends, modes, links, submodules, names and bytes."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from repositories import BRANCH, WARN, WARNING, CommandLine, Repository

CRLF, CRLF_AFTER = WARN.replace("\n", "\r\n"), WARNING.replace("\n", "\r\n")


def after(repository: Repository, path: str) -> bytes:
    return repository.show(f"{BRANCH}:{path}")


@pytest.mark.parametrize("how", ["autocrlf", "attributes", "stored"])
def test_line_ends_stay_as_git_stores_them(
    repository: Repository, refactorkit: CommandLine, how: str
) -> None:
    if how == "autocrlf":
        repository.git("config", "core.autocrlf", "true")
    elif how == "attributes":
        repository.write({".gitattributes": "*.py text eol=crlf\n"})
    else:
        repository.write({".gitattributes": "* -text\n"})
    repository.commit({"a.py": CRLF})
    before = repository.state()
    assert refactorkit.apply("logging-warn", ".").code == 0
    assert repository.state() == before
    assert after(repository, "a.py").decode() == (CRLF_AFTER if how == "stored" else WARNING)
    assert repository.git("diff", "--stat", f"main..{BRANCH}").splitlines()[-1].strip() == (
        "1 file changed, 1 insertion(+), 1 deletion(-)"
    )
    repository.git("switch", "-q", BRANCH)
    assert (repository.path / "a.py").read_bytes().decode() == CRLF_AFTER
    assert repository.git("status", "--porcelain") == ""


def test_filters_do_not_change_what_is_stored(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit({"a.py": WARN, ".gitattributes": "*.py filter=loud\n"})
    repository.git("config", "filter.loud.clean", "tr a-z A-Z")
    repository.git("config", "filter.loud.smudge", "tr a-z A-Z")
    assert refactorkit.apply("logging-warn", ".").code == 0
    assert after(repository, "a.py").decode() == WARNING


def test_an_executable_file_stays_executable(repository: Repository, refactorkit: CommandLine) -> None:
    repository.write({"tool.py": "#!/usr/bin/env python\n" + WARN, "a.py": WARN})
    (repository.path / "tool.py").chmod(0o755)
    repository.commit({})
    assert refactorkit.apply("logging-warn", ".").code == 0
    listed = repository.git("ls-tree", "-r", BRANCH)
    assert [line.split()[0] for line in listed.splitlines()] == ["100644", "100755"]
    assert refactorkit.apply("logging-warn", ".", "--in-place").code == 0
    assert os.access(repository.path / "tool.py", os.X_OK)
    assert not os.access(repository.path / "a.py", os.X_OK)


def test_links_and_submodules_are_skipped_with_a_reason(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    inner = Repository.new(tmp_path / "inner")
    inner.commit({"deep.py": WARN})
    repository.commit({"a.py": WARN})
    (repository.path / "link.py").symlink_to("a.py")
    (repository.path / "outside").symlink_to(tmp_path)
    repository.git(
        "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.path), "vendor/inner"
    )
    repository.commit({})
    wanted = [
        {"path": "link.py", "reason": "a symbolic link"},
        {"path": "vendor/inner", "reason": "a submodule: run refactorkit in it"},
    ]
    for arguments in (["."], [".", "--in-place", "--check"]):
        result = refactorkit.apply("logging-warn", *arguments, "--output-format", "json")
        assert result.document["skipped"] == wanted
        assert result.document["files"]["skipped"] == 2
        assert [c["path"] for c in result.document["changes"]] == ["a.py"]
    text = refactorkit.apply("logging-warn", ".").out
    assert "link.py" in text
    assert "a symbolic link" in text
    assert "a submodule: run refactorkit in it" in text
    changed = repository.git("diff", "--name-only", f"main..{BRANCH}")
    assert changed == "a.py"


def test_odd_names_come_through(repository: Repository, refactorkit: CommandLine) -> None:
    names = ["with space/a b.py", "ünï/ç.py", 'quo"te.py', "tab\there.py", "new\nline.py", "-dash.py", os.fsdecode(b"lat\xe9/in\xe91.py"), "star*.py", ":(top)x.py"]  # fmt: skip
    repository.commit(dict.fromkeys(names, WARN))
    result = refactorkit.apply("logging-warn", ".", "--output-format", "json")
    assert result.code == 0, result.err
    assert result.document["files"]["changed"] == len(names)
    for name in names:
        assert after(repository, name).decode() == WARNING, name
    assert refactorkit.apply("logging-warn", ".").code == 0
    for name in names:
        assert refactorkit.apply("logging-warn", f"./{name}", "--in-place").code == 0
        assert (repository.path / name).read_text() == WARNING


def test_a_folder_that_is_not_utf8_can_be_in_the_message(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit({os.fsdecode(b"caf\xe9/a.py"): WARN, "b.py": "x = 1\n"})
    repository.git("config", "i18n.commitEncoding", "latin1")
    assert refactorkit.apply("logging-warn", os.fsdecode(b"caf\xe9")).code == 0
    assert "refactor(caf\\xe9)" in repository.git("log", "-1", "--format=%B", BRANCH)
    assert "encoding" not in repository.git("cat-file", "commit", BRANCH)


@pytest.mark.parametrize(
    "data",
    [
        b"# -*- coding: latin-1 -*-\nimport logging\nlogging.warn('caf\xe9')\n",
        b"\xef\xbb\xbfimport logging\nlogging.warn('x')",
        b"import logging\r\nif 1:\r\n\tlogging.warn('x')\r\n",
        b"import logging\n\x0clogging.warn('x')\n# end without newline",
        b"import logging\rlogging.warn('x')\r",
        b"import logging\nlogging.warn('x')\r\nx = 1\n",
    ],
    ids=["latin-1", "BOM", "tabs", "form feed", "carriage returns", "mixed"],
)
def test_bytes_outside_of_the_change_stay(
    repository: Repository, refactorkit: CommandLine, data: bytes
) -> None:
    repository.write({".gitattributes": "* -text\n"})
    repository.commit({"a.py": data})
    result = refactorkit.apply("logging-warn", ".")
    assert result.code == 0, result.out
    assert after(repository, "a.py") == data.replace(b".warn", b".warning")


def test_the_message_reads_well_and_its_trailers_parse(
    repository: Repository, refactorkit: CommandLine
) -> None:
    base = repository.commit(
        {"src/app/io/a.py": WARN, "src/app/io/b.py": WARN + "from logging import warn\nwarn(1)\n"}
    )
    assert refactorkit.apply("logging-warn", "src", "-o", "shout=true", "--only", "src/app").code == 0
    message = repository.git("log", "-1", "--format=%B", BRANCH)
    subject, blank, *body = message.splitlines()
    assert subject == "refactor(io): rewrite 2 sites [refactorkit logging-warn]"
    assert blank == ""
    assert body[0] == "Deprecated since Python 3.3, removed in 3.13."
    assert "Sites: 2 changed, 1 refused." in body
    assert "Left alone: 1 imported-by-name." in body
    start = next(i for i, line in enumerate(body) if line.startswith("Refactorkit-"))
    assert all(len(line) <= 72 for line in [subject, *body[:start]])
    parsed = subprocess.run(
        ["git", "interpret-trailers", "--parse"], input=message, text=True, capture_output=True, check=True
    ).stdout
    trailers = dict(line.split(": ", 1) for line in parsed.splitlines())
    assert list(trailers) == [
        "Refactorkit-Codemod", "Refactorkit-Base", "Refactorkit-Options", "Refactorkit-Fingerprint", "Refactorkit-Tree",
    ]  # fmt: skip
    assert trailers["Refactorkit-Codemod"] == "logging-warn@1.0.0"
    assert trailers["Refactorkit-Base"] == base
    assert '"shout":true' in trailers["Refactorkit-Options"]
    assert '"scope":{"only":["src/app"],"paths":["src"]}' in trailers["Refactorkit-Options"]
    assert len(trailers["Refactorkit-Fingerprint"]) == 64
    assert trailers["Refactorkit-Tree"] == repository.git("rev-parse", BRANCH + "^{tree}")


def test_a_commit_is_signed_where_commits_are_signed(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    repository.commit({"a.py": WARN})
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    (tmp_path / "allowed").write_text(f"tester@example.com {(tmp_path / 'key.pub').read_text()}")
    for name, value in {
        "gpg.format": "ssh", "user.signingKey": str(key), "commit.gpgSign": "true",
        "gpg.ssh.allowedSignersFile": str(tmp_path / "allowed"), "log.showSignature": "true",
    }.items():  # fmt: skip
        repository.git("config", name, value)
    first = refactorkit.json("logging-warn", ".")["commit"]
    assert "Good" in repository.git("log", "-1", "--format=%GG%G?", BRANCH)
    assert refactorkit.json("logging-warn", ".")["commit"] == first
    key.unlink()
    repository.commit({"b.py": WARN}) if False else repository.git(
        "config", "user.signingKey", str(tmp_path / "none")
    )
    repository.git("-c", "commit.gpgSign=false", "commit", "-q", "--allow-empty", "-m", "moved")
    result = refactorkit.apply("logging-warn", ".")
    assert result.code == 2
    assert result.complaint.endswith("repair the signing key, or run `git config commit.gpgsign false`")
    assert repository.git("rev-parse", BRANCH) == first
