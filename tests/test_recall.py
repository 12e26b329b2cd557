"""A run that finds what an earlier one kept says and writes the same, and looks into what changed, and only into that."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import libcst
import pytest

from refactorkit import golden
from refactorkit.application import Request, apply
from refactorkit.model import Plan
from refactorkit.report import json as json_report
from refactorkit.report import text as text_report
from refactorkit.report.page import Plain
from repositories import ROOT, SAMPLES, WARN, CommandLine, Repository, command, environment

CASES = golden.cases(ROOT / "golden")
OLD = "def f():\n    return old()\n"


def shown(plan: Plan, tmp_path: Path) -> tuple[dict[str, Any], str]:
    """The plan as JSON without what may differ, and as text."""
    document = json.loads(json_report.render(plan))
    del document["seconds"], document["files"]["parsed"]
    with (tmp_path / "text").open("w+", newline="", errors="surrogateescape") as stream:
        text_report.write(Plain(stream), plan, True)
        stream.seek(0)
        return document, stream.read()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.codemod}/{case.name}")
def test_a_golden_case_reads_the_same_from_the_cache(case: golden.Case, tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(case.folder / "before", project)
    pairs = case.settings.get("options", {})
    options = tuple((key, ",".join(v) if isinstance(v, list) else str(v)) for key, v in pairs.items())

    def run(cache: bool) -> Plan:
        request = Request(
            codemods=(case.codemod,), paths=(str(project),), options=options, dry_run=True,
            cache=cache, cache_dir=tmp_path / "cache",
        )  # fmt: skip
        (plan,) = apply(request, project, pytest.fail)
        return plan

    without, cold, warm = run(False), run(True), run(True)
    assert shown(without, tmp_path) == shown(cold, tmp_path) == shown(warm, tmp_path)
    assert warm.files.parsed == 0
    assert warm.changes == without.changes
    assert warm.seconds.survey == warm.seconds.transform == warm.seconds.verify == 0


def answer(refactorkit: CommandLine, *arguments: str) -> dict[str, Any]:
    """The JSON of a dry run, without the times."""
    document = refactorkit.json(*arguments, "--dry-run")
    del document["seconds"]
    return document


def test_a_warm_run_parses_nothing_and_loads_nothing_to_parse_with(repository: Repository) -> None:
    model = (
        "from pydantic import BaseModel, HttpUrl\n\nLaxUrl = str\n\n\nclass A(BaseModel):\n    url: LaxUrl\n"
    )
    repository.commit({"src/a.py": model, "pyproject.toml": "[tool.ruff]\n"})
    script = (
        "import sys\n"
        "from refactorkit.cli.program import run\n"
        "assert run(['apply', 'http-url', 'src', '--dry-run', '-o', 'role=input']) == 0\n"
        "print(*sorted({'libcst', 'ruff', 'refactorkit.walk', 'refactorkit.analysis.modules'} & sys.modules.keys()), file=sys.stderr)\n"
    )
    words = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment(), capture_output=True, text=True, check=True
        )
        words.append(done.stderr.split())
    assert {"libcst", "ruff", "refactorkit.analysis.modules"} <= set(words[0])
    assert words[1] == []


@pytest.mark.parametrize("flags", [[], ["--in-place"]])
def test_only_the_file_that_changed_is_parsed(
    repository: Repository, refactorkit: CommandLine, flags: list[str]
) -> None:
    repository.commit({**{f"src/m{n}.py": WARN for n in range(5)}, "src/none.py": "warn = 1\n"})
    arguments = ("logging-warn", "src", *flags)
    cold = answer(refactorkit, *arguments)
    assert cold["files"]["parsed"] == 6
    warm = answer(refactorkit, *arguments)
    assert warm["files"]["parsed"] == 0
    repository.commit({"src/m3.py": "import logging\n\n\nlogging.warn('y')\n", "README.md": "more"})
    fresh = answer(refactorkit, *arguments, "--no-cache")
    partly = answer(refactorkit, *arguments)
    assert fresh["files"].pop("parsed") == 6
    assert partly["files"].pop("parsed") == 1
    assert partly == fresh
    repository.commit({"README.md": "even more"})
    assert answer(refactorkit, *arguments)["files"]["parsed"] == 0


def test_what_decides_about_a_result_decides_whether_it_is_found(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit({"src/a.py": WARN + "x  =  1\n", "src/b.py": WARN})
    assert answer(refactorkit, "logging-warn", "src")["files"]["parsed"] == 2
    for other in (["-o", "shout=true"], ["--only", "src/a.py"], ["--level", "suggested"]):
        assert answer(refactorkit, "logging-warn", "src", *other)["files"]["parsed"] == 2
        assert answer(refactorkit, "logging-warn", "src", *other)["files"]["parsed"] == 0
    assert len(answer(refactorkit, "logging-warn", "src/a.py")["changes"]) == 1
    repository.commit({"pyproject.toml": "[tool.ruff]\nline-length = 60\n"})
    formatted = answer(refactorkit, "logging-warn", "src")
    assert formatted["verification"][0]["detail"].startswith("ruff")
    assert formatted["files"]["parsed"] == 0  # the files are as they were; only the gates ran again


def test_a_codemod_that_was_edited_runs_again(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    folder = tmp_path / "tools"
    folder.mkdir()
    (tmp_path / "conf.toml").write_text('codemods-folder = "tools"\n')
    source = (SAMPLES.parent / "logging_warn.py").read_text()
    repository.commit({"a.py": WARN})
    changes = []
    for word in ("warning", "warning", "notice"):
        (folder / "edited.py").write_text(source.replace('"warning"', f'"{word}"'))
        done = subprocess.run(
            command("apply", "edited", ".", "--dry-run", "--config", str(tmp_path / "conf.toml"), "--output-format", "json"),
            env=environment(), capture_output=True, check=True,
        )  # fmt: skip
        document = json.loads(done.stdout)
        changes.append(
            (document["files"]["parsed"], f"+logging.{word}('x')" in document["changes"][0]["diff"])
        )
    assert changes == [(1, True), (0, True), (1, True)]


def test_a_worker_that_died_is_given_another_chance(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit({f"src/m{n:02}.py": "# BAD\nold()\n" if n == 4 else OLD for n in range(24)})
    arguments = ("misbehaves", "src", "-o", "fault=dies", "--jobs", "2")
    for parsed in (24, 1):
        document = answer(refactorkit, *arguments)
        assert [failure["path"] for failure in document["failures"]] == ["src/m04.py"]
        assert document["files"]["changed"] == 23
        assert document["files"]["parsed"] == parsed


def test_a_file_that_can_never_be_parsed_is_not_tried_again(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit({"src/half.py": "def warn(:\n", "src/a.py": WARN})
    cold, warm = (answer(refactorkit, "logging-warn", "src") for _ in range(2))
    assert (cold["files"].pop("parsed"), warm["files"].pop("parsed")) == (2, 0)
    assert cold == warm
    assert cold["failures"][0]["path"] == "src/half.py"


def test_a_branch_made_from_the_cache_is_the_branch_made_without(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit({"src/a.py": WARN, "src/b.py": WARN})
    answer(refactorkit, "logging-warn", "src")
    warm = refactorkit.json("logging-warn", "src", "--branch", "warm")
    cold = refactorkit.json("logging-warn", "src", "--branch", "cold", "--no-cache")
    assert (warm["files"]["parsed"], cold["files"]["parsed"]) == (0, 2)
    trees = {repository.git("rev-parse", f"{branch}^{{tree}}") for branch in ("warm", "cold")}
    messages = {repository.git("log", "-1", "--format=%B", branch) for branch in ("warm", "cold")}
    assert len(trees) == len(messages) == 1
    stacked = refactorkit("apply", "logging-warn,misbehaves", "src", "--stack", "--config", str(SAMPLES))
    assert stacked.code == 0, stacked.err


def test_a_name_that_is_not_utf_8_is_not_kept_and_not_lost(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit({b"src/\xe9.py".decode("utf-8", "surrogateescape"): WARN})
    first, second = (answer(refactorkit, "logging-warn", "src") for _ in range(2))
    assert first == second
    assert len(first["changes"]) == 1


def test_codemods_of_one_call_share_the_syntax_tree_of_a_file(
    repository: Repository, refactorkit: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = {f"src/m{n:02}.py": WARN + OLD + f"x = {n}\n" for n in range(24)}
    repository.commit(
        {**both, "src/bad.py": "# BAD\n" + OLD, "src/warn.py": WARN, "src/half.py": "old() warn\n"}
    )
    apart = [
        answer(refactorkit, identifier, "src", "--no-cache", "-o", "fault=raises") if identifier == "misbehaves" else
        answer(refactorkit, identifier, "src", "--no-cache") for identifier in ("logging-warn", "misbehaves")
    ]  # fmt: skip
    settings = "[tool.refactorkit.codemods.misbehaves]\nfault = 'raises'\n"
    repository.commit({"pyproject.toml": settings})
    parsed: list[bytes] = []
    parse = libcst.parse_module

    def counted(data: bytes, *more: Any) -> libcst.Module:
        parsed.append(data)
        return parse(data, *more)

    monkeypatch.setattr(libcst, "parse_module", counted)
    for jobs in ("1", "2"):
        (repository.path.parent / "conf.toml").write_text(
            f"codemods-folder = {str(SAMPLES.parent)!r}\n" + settings.replace("tool.refactorkit.", "")
        )
        result = refactorkit(
            "apply", "logging-warn,misbehaves", "src", "--no-cache", "--dry-run", "--jobs", jobs,
            "--config", str(repository.path.parent / "conf.toml"), "--output-format", "json",
        )  # fmt: skip
        assert [without(document, "seconds", "base") for document in result.documents] == [
            without(document, "seconds", "base") for document in apart
        ]
        if jobs == "1":
            assert sorted(data.decode() for data in parsed if data.decode() in both.values()) == sorted(
                both.values()
            )
    assert [failure["path"] for failure in apart[1]["failures"]] == ["src/bad.py", "src/half.py"]


def without(document: dict[str, Any], *keys: str) -> dict[str, Any]:
    """A document without some of its keys."""
    return {key: value for key, value in document.items() if key not in keys}


def test_codemods_of_one_call_are_kept_one_by_one(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit({f"src/m{n}.py": WARN + OLD for n in range(3)})
    answer(refactorkit, "logging-warn", "src")
    result = refactorkit(
        "apply", "logging-warn,misbehaves", "src", "--dry-run", "--config", str(SAMPLES), "--output-format", "json"
    )  # fmt: skip
    assert [json.loads(line)["files"]["parsed"] for line in result.out.splitlines()] == [0, 3]
    assert answer(refactorkit, "misbehaves", "src")["files"]["parsed"] == 0


def test_runs_at_once_on_one_cache_agree(repository: Repository) -> None:
    repository.commit({f"src/m{n:02}.py": WARN + f"x = {n}\n" for n in range(60)})
    outputs = []

    def run() -> None:
        line = command("apply", "logging-warn", "src", "--dry-run", "--config", str(SAMPLES))
        done = subprocess.run(line, env=environment(), capture_output=True, check=False)
        outputs.append((done.returncode, done.stdout, done.stderr))

    for _ in range(2):
        threads = [threading.Thread(target=run) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(outputs) == 6
    assert len(set(outputs)) == 1
    assert outputs[0][0] == 0
    assert outputs[0][2] == b""


def test_a_cache_that_cannot_be_used_is_one_line_and_the_run_goes_on(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit({"a.py": WARN})
    result = refactorkit("apply", "http-url", ".", "--dry-run", "--cache-dir", "/proc/nowhere")
    assert result.code == 0
    assert result.complaint.startswith("warning: nothing is cached: /proc/nowhere can't be used (")
    assert result.out == "http-url: nothing to change (no sites)\n"


def test_the_target_may_switch_the_cache_off_but_not_say_where_it_lies(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    repository.commit({"a.py": "x = 1\n", "pyproject.toml": "[tool.refactorkit]\ncache-dir = 'here'\n"})
    result = refactorkit("apply", "http-url", ".", "--dry-run")
    assert result.complaint == (
        "warning: cache-dir is used only from a file that --config names, not from the target's own"
    )
    assert not (repository.path / "here").exists()
    (tmp_path / "conf.toml").write_text("cache-dir = 'here'\n")
    refactorkit("apply", "http-url", ".", "--dry-run", "--config", str(tmp_path / "conf.toml"))
    assert (tmp_path / "here" / "results.sqlite3").is_file()
    repository.commit({"pyproject.toml": "[tool.refactorkit]\ncache = false\n"})
    refactorkit("apply", "http-url", ".", "--dry-run", "--cache-dir", "there")
    assert not (repository.path / "there").exists()


def test_cleaning_the_cache_says_what_it_freed(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit({"a.py": WARN})
    refactorkit("apply", "logging-warn", ".", "--dry-run", "--cache-dir", "kept", "--config", str(SAMPLES))
    assert (repository.path / "kept").is_dir()
    assert refactorkit("cache", "clean", "--cache-dir", "kept").out == "kept: 0.0 MB freed\n"
    assert refactorkit("cache", "clean", "--cache-dir", "kept").out == "kept: nothing was kept there\n"
