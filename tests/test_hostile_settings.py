"""Settings of the target come from anybody: they take no time and no memory without end, and reach nothing outside."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from pathspec import GitIgnoreSpec

from refactorkit.config import ConfigError
from refactorkit.formatting import format_changes
from refactorkit.model import Change
from refactorkit.patterns import matcher
from refactorkit.syntax import LARGEST
from repositories import BRANCH, WARN, WARNING, CommandLine, Repository

DEEP_LIST = "x = " + "[" * 100_000 + "]" * 100_000 + "\n"
DEEP_TABLE = "x = " + "{a=" * 20_000 + "1" + "}" * 20_000 + "\n"
LONG_NUMBER = f"x = {'9' * 10_000}\n"


@pytest.mark.parametrize("text", [DEEP_LIST, DEEP_TABLE, LONG_NUMBER], ids=["lists", "tables", "number"])
def test_toml_that_breaks_its_parser_is_one_line(
    repository: Repository, refactorkit: CommandLine, text: str
) -> None:
    repository.commit({"a.py": WARN, "pyproject.toml": f"[tool.refactorkit]\n[tool.x]\n{text}"})
    result = refactorkit("apply", "http-url", ".")
    assert result.code == 2
    assert result.complaint.startswith("pyproject.toml is not valid TOML")
    assert len(result.complaint) < 300
    repository.commit({"pyproject.toml": "", "ruff.toml": text})
    document = refactorkit.json("logging-warn", ".", "--dry-run")
    (gate,) = [v for v in document["verification"] if v["gate"] == "format"]
    assert "ruff.toml cannot be read" in gate["detail"]


def test_huge_settings_are_refused_and_huge_settings_of_others_ignored(
    repository: Repository, refactorkit: CommandLine
) -> None:
    huge = "# " + "x" * (2 << 20) + "\n"
    repository.commit({"src/a.py": "x = 1\n", "docs/pyproject.toml": huge, "docs/b.py": "x = 1\n"})
    assert refactorkit("apply", "http-url", "src", "--dry-run").code == 0
    result = refactorkit("apply", "http-url", "docs", "--dry-run")
    assert result.complaint == "docs/pyproject.toml has more than 1 MiB: shorten it, or pass --isolated"
    assert refactorkit("apply", "http-url", "docs", "--dry-run", "--isolated").code == 0


PATTERNS = [
    "*a*b*c", "a/**/b/**/c", "**/x/**", "foo*.py", "!x[a-z]*y?z*w", "/a*/b", "dir/", "a**b", "a\\*b*c*", "*", "**", "?",
    "[!a]*b*", "*.py[co]", "src/*/gen/**", "a*/b*c*d/e", "[]a]*b*c", "*[*]*x*", "(a|b)*c*d", "*+*a*$",
]  # fmt: skip
PATHS = [
    "a", "abc", "xaxbxc", "a/b/c", "a/x/y/b/z/c", "x/y", "d/x/y/z", "foo.py", "d/foobar.py", "xaqyqzqw", "aa/b", "q/aa/b", "dir",
    "dir/a", "a/dir/b", "ab", "axxb", "a*bqc", "m.pyc", "src/q/gen/a/b", "ax/bxcxd/e", "]xbxc", "q*qx", "(a|b)xcxd", "+xa$", "a\nb",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_tamed_pattern_means_the_same(pattern: str) -> None:
    lines = [pattern] if pattern[0] != "!" else ["*", pattern]
    original, ours = GitIgnoreSpec.from_lines(lines), matcher(lines, "x")
    assert [path for path in PATHS if ours(path)] == [path for path in PATHS if original.match_file(path)]


@pytest.mark.parametrize(
    "bomb",
    ["*a" * 100 + "b", "a*" * 40 + "b", "*?*?*?*?*?*?*?*b", "**/a/**/a/**/b", "[a]*[a]*[a]*[a]*[a]*[a]*b"],
)
def test_no_pattern_takes_longer_than_a_moment(bomb: str) -> None:
    match = matcher([bomb], "x")
    start = time.process_time()
    assert not match("a" * 255 + "/" + "a/" * 60 + "a" * 255)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "patterns", [["**/a/**/b/**/c/**/d"], ["x" * 501], ["x"] * 1001], ids=["deep", "long", "many"]
)
def test_patterns_without_measure_are_refused(patterns: list[str]) -> None:
    with pytest.raises(ConfigError, match=r"^where: "):
        matcher(patterns, "where")


@pytest.mark.parametrize(
    "pattern", ["/etc/passwd", "../**", "/", "//", "~/x", "$HOME/x", "a\0b", "**/../../x"]
)
def test_patterns_reach_nothing_outside(
    repository: Repository, refactorkit: CommandLine, pattern: str
) -> None:
    repository.commit({"a.py": "x = 1\n"})
    (repository.path / "pyproject.toml").write_bytes(
        b"[tool.refactorkit]\ninclude = ['*', %s]\n"
        % repr(pattern).replace("\\x00", "\\u0000").replace("'", '"').encode()
    )
    repository.commit({})
    assert refactorkit("apply", "http-url", ".", "--dry-run").code in (0, 2)
    assert repository.git("status", "--porcelain") == ""


def hostile(outside: Path) -> dict[str, str]:
    """Settings of formatters that point outside, by what they try."""
    return {
        "ruff cache": f'[tool.ruff]\ncache-dir = "{outside}/cache"\n[tool.ruff.format]\n',
        "ruff extend": f'[tool.ruff]\nextend = "{outside}/ruff.toml"\n[tool.ruff.format]\n',
        "ruff extend upwards": '[tool.ruff]\nextend = "../../../../../../../../../../../etc/hosts"\n[tool.ruff.format]\n',
        "ruff source": f'[tool.ruff]\nsrc = ["{outside}"]\n[tool.ruff.lint]\nselect = ["I"]\n[tool.ruff.format]\n',
        "ruff version": '[tool.ruff]\nrequired-version = "==0.0.1"\n[tool.ruff.format]\n',
        "ruff include": f'[tool.ruff]\ninclude = ["{outside}/**"]\n[tool.ruff.format]\n',
        "black options": f'[tool.black]\ncode = "x"\nsrc = ["{outside}"]\n',
        "black report": f'[tool.black]\nworkers = 99\nforce-exclude = "(a+)+$"\nextend-exclude = "{outside}"\n',
        "black versions": '[tool.black]\nrequired-version = "1"\ntarget-version = ["py999"]\n',
        "black plugin": f'[tool.black]\npython-cell-magics = ["x"]\nipynb = true\ncache-dir = "{outside}"\n',
    }  # fmt: skip


@pytest.mark.parametrize("what", hostile(Path("/")))
def test_settings_of_formatters_reach_nothing_outside(tmp_path: Path, what: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "ruff.toml").write_text("line-length = 20\n")
    (outside / "secret.py").write_text("x  =  1\n")
    before = {path: path.read_bytes() for path in outside.rglob("*")}
    change = Change(path="a.py", before=b"f(1)\n", after=b"g(1, 2)\n")
    done = format_changes([change], {"pyproject.toml": hostile(outside)[what].encode()})
    assert done.changes[0].after == b"g(1, 2)\n"
    assert {path: path.read_bytes() for path in outside.rglob("*")} == before


GENERATED: dict[str, tuple[str, bool]] = {
    "a comment": ("# @generated by hand\n", True),
    "facebook's mark": ("#!/usr/bin/python\n# Copyright\n# @generated SignedSource<<0>>\n\n", True),
    "protoc": ("# -*- coding: utf-8 -*-\n# Generated by the protocol buffer compiler.  DO NOT EDIT!\n", True),
    "a docstring": ('"""What.\n\n@generated by x\n"""\n', True),
    "behind a docstring": ('"""What."""\n\n# @generated\n', True),
    "a decorator": ("@generated\ndef f(): ...\n", False),
    "a string": ("x = '@generated'\n", False),
    "a comment further down": ("x = 1\n# @generated\n", False),
    "another word": ("# @generatedly\n", False),
    "far down": ("#\n" * 3000 + "# @generated\n", False),
}


@pytest.mark.parametrize("name", GENERATED)
def test_generated_files_are_skipped_unless_asked_for(
    repository: Repository, refactorkit: CommandLine, name: str
) -> None:
    head, is_generated = GENERATED[name]
    repository.commit({"a.py": head + WARN})
    document = refactorkit.json("logging-warn", ".")
    if not is_generated:
        assert document["files"]["changed"] == 1
        return
    assert document["skipped"] == [
        {"path": "a.py", "reason": "generated: --include-generated changes it, too"}
    ]
    assert document["changes"] == []
    asked = refactorkit.json("logging-warn", ".", "--include-generated")
    assert asked["files"] == {"seen": 1, "admitted": 1, "parsed": 1, "changed": 1, "skipped": 0, "failed": 0}
    assert '"include-generated":true' in repository.git("log", "-1", "--format=%B", BRANCH)


def test_a_setting_includes_generated_files(repository: Repository, refactorkit: CommandLine) -> None:
    url = (
        "# @generated\nfrom pydantic import BaseModel\nLaxUrl = str\nclass In(BaseModel):\n    url: LaxUrl\n"
    )
    repository.commit({"a.py": url})
    arguments = ("apply", "http-url", ".", "-o", "role=input", "-o", "note=", "--output-format", "json")
    assert refactorkit(*arguments).document["files"]["changed"] == 0
    repository.commit({"pyproject.toml": "[tool.refactorkit]\ninclude-generated = true\n"})
    assert refactorkit(*arguments).document["files"]["changed"] == 1


@pytest.mark.parametrize("how", [["--dry-run"], ["--in-place"]], ids=["commit", "disk"])
def test_files_without_measure_are_skipped_with_their_reason(
    repository: Repository, refactorkit: CommandLine, how: list[str]
) -> None:
    line = b"logging.warn('" + b"x" * 1000 + b"')\n"
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n"
    repository.commit({
        "large.py": b"import logging\n" + line * (LARGEST // len(line) + 1),
        "huge.py": WARN.encode() + b"#" * (65 << 20),
        "lfs.py": pointer,
        "a.py": WARN,
    })  # fmt: skip
    start = time.process_time()
    document = refactorkit.json("logging-warn", ".", *how)
    assert time.process_time() - start < 10
    assert {item["path"]: item["reason"] for item in document["skipped"]} == {
        "huge.py": "too large: more than 64 MiB",
        "large.py": "too large: more than 4 MiB",
        "lfs.py": "a Git LFS pointer: its content is not in the commit",
    }
    assert [change["path"] for change in document["changes"]] == ["a.py"]


def test_a_large_file_that_names_what_changes_is_still_seen(
    repository: Repository, refactorkit: CommandLine
) -> None:
    model = "from pydantic import BaseModel\nLaxUrl = str\nclass In(BaseModel):\n    url: LaxUrl\ndef f(x: In): ...\n"
    arguments = (
        "apply",
        "http-url",
        ".",
        "-o",
        "role=input",
        "-o",
        "note=",
        "--dry-run",
        "--output-format",
        "json",
    )
    repository.commit({"pkg/__init__.py": "", "pkg/a.py": model})
    alone = refactorkit(*arguments).document
    repository.commit({"pkg/data.py": "from pkg.a import In\n" + "x = 1\n" * (LARGEST // 6 + 1)})
    watched = refactorkit(*arguments).document
    assert alone["files"]["changed"] > 0
    assert watched["files"]["changed"] == 0
    assert watched["files"]["skipped"] == 1


def test_many_equal_lines_are_checked_in_a_moment() -> None:
    from refactorkit.verify import moved_line

    text = "a()\n" + "x = 1\n" * 100_000 + "a()\n"
    start = time.process_time()
    assert moved_line(text.encode(), text.replace("a()", "b()").encode(), {1, 100_002}) is None
    assert moved_line(text.encode(), text.replace("a()", "b()").encode(), {1}) == 100_002
    assert time.process_time() - start < 5


def test_the_result_of_a_run_is_unharmed_by_all_of_it(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit({"a.py": WARN, "sub/pyproject.toml": DEEP_LIST, "sub/ruff.toml": LONG_NUMBER})
    assert refactorkit.apply("logging-warn", ".").code == 0
    assert repository.show(f"{BRANCH}:a.py").decode() == WARNING
