"""One bad file never stops a run: it fails by itself and with its reason, whatever the number of workers."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from repositories import BRANCH, SAMPLES, WARN, WARNING, CommandLine, Repository, spawn

GOOD = "def f():\n    return old()\n"
BAD = "# BAD\nother = 1\nx = old()  # keep\n"

UNREADABLE = {
    "python2.py": (b"import logging\nlogging.warn 'x'\nprint 'old()'\n", "libcst can't parse it: line "),
    "newer.py": (b"x = warn ?? 1\n", "libcst can't parse it: line "),
    "not_utf8.py": (b"import logging\nlogging.warn('\xff')\n", "not valid utf-8 at byte 29"),
    "wrong_cookie.py": (b"# coding: nonsense\nlogging.warn('x')\n", ""),
    "null.py": (b"import logging\0\nlogging.warn('x')\n", ""),
    "half.py": (b"def warn(:\n", "libcst can't parse it: line "),
    "indent.py": (
        b"if 1:\n        logging.warn(1)\n    logging.warn(2)\n",
        "libcst can't parse it: line ",
    ),
    "nested.py": (b"warn" + b"(" * 3000 + b")" * 3000 + b"\n", ""),
}
HARMLESS = {
    "empty.py": b"",
    "only_a_comment.py": b"# warn",
    "blank.py": b"\n\n\x0c\n",
    "no_site.py": b"warn = 1\n",
}


def test_a_file_that_cannot_be_read_fails_alone(repository: Repository, refactorkit: CommandLine) -> None:
    repository.commit({**{n: d for n, (d, _) in UNREADABLE.items()}, **HARMLESS, "good.py": WARN})
    result = refactorkit.apply("logging-warn", ".", "--output-format", "json")
    assert result.code == 3, result.err
    assert result.err == ""
    failures = {f["path"]: f["error"] for f in result.document["failures"]}
    assert sorted(failures) == sorted(UNREADABLE)
    for name, (_, said) in UNREADABLE.items():
        assert failures[name].startswith(said), failures[name]
        assert "\n" not in failures[name]
        assert len(failures[name]) > 10
    assert result.document["files"]["failed"] == len(UNREADABLE)
    assert repository.git("diff", "--name-only", f"main..{BRANCH}") == "good.py"
    text = refactorkit.apply("logging-warn", ".")
    assert text.code == 3
    assert all(name in text.out for name in UNREADABLE)


def test_the_same_files_fail_a_project_wide_codemod_alone(
    repository: Repository, refactorkit: CommandLine
) -> None:
    mention = b"\n# LaxUrl\n"
    files = {name: data + mention for name, (data, _) in UNREADABLE.items()}
    repository.commit({**files, "good.py": "x = 'LaxUrl'\n"})
    result = refactorkit("apply", "http-url", ".", "--output-format", "json", "--dry-run")
    assert result.code == 3
    assert {f["path"] for f in result.document["failures"]} == files.keys()
    for failure in result.document["failures"]:
        assert "\n" not in failure["error"]


def many(count: int, bad: tuple[int, ...] = ()) -> dict[str, str | bytes]:
    return {f"src/m{n:02}.py": BAD if n in bad else GOOD for n in range(count)}


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_codemod_that_raises_loses_only_that_file(
    repository: Repository, refactorkit: CommandLine, jobs: str
) -> None:
    repository.commit(many(24, bad=(3, 17)))
    document = refactorkit.json("misbehaves", ".", "-o", "fault=raises", "--jobs", jobs)
    assert document["failures"] == [
        {"path": f"src/m{n}.py", "error": "LookupError: no such"} for n in ("03", "17")
    ]
    assert document["files"]["changed"] == 22


def test_two_workers_do_what_one_does(repository: Repository, refactorkit: CommandLine) -> None:
    files = many(30, bad=(1,))
    files["src/m05.py"] = GOOD + "old()  # refactorkit: ignore\n"
    files["src/m06.py"] = "def old(:\n"
    files["src/caf\N{LATIN SMALL LETTER E WITH ACUTE}.py"] = b"# coding: latin-1\n" + b"x = '\xe9' or old()\n"
    files[os.fsdecode(b"src/\xe9.py")] = GOOD
    repository.commit(files)
    one, two = (
        refactorkit.json("misbehaves", ".", "--dry-run", "--no-cache", "--jobs", jobs) for jobs in ("1", "2")
    )
    for document in (one, two):
        del document["seconds"]
    assert one == two
    assert one["files"] == {
        "seen": 32,
        "admitted": 31,
        "parsed": 31,
        "changed": 31,
        "skipped": 0,
        "failed": 0,
    }


def test_a_worker_that_dies_costs_the_file_that_killed_it(
    repository: Repository, refactorkit: CommandLine
) -> None:
    repository.commit(many(26, bad=(2, 20)))
    document = refactorkit.json("misbehaves", ".", "-o", "fault=dies", "--jobs", "2")
    assert document["failures"] == [
        {"path": f"src/m{n}.py", "error": "the worker died: killed, or out of memory"} for n in ("02", "20")
    ]
    assert document["files"]["changed"] == 24


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is limited with the help of /proc")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_file_that_needs_more_memory_than_a_worker_may_have_fails_alone(
    repository: Repository, refactorkit: CommandLine, jobs: str
) -> None:
    repository.commit(many(24, bad=(3, 17)))
    document = refactorkit.json("misbehaves", ".", "-o", "fault=hungry", "--jobs", jobs)
    assert document["failures"] == [{"path": f"src/m{n}.py", "error": "out of memory"} for n in ("03", "17")]
    assert document["files"]["changed"] == 22


def test_workers_import_nothing_from_the_target(repository: Repository) -> None:
    trap = f"open({str(repository.path / 'imported')!r}, 'w')\nraise SystemExit\n"
    traps = {
        f"{name}.py": trap for name in ("pickle", "multiprocessing", "signal", "struct", "libcst", "typing")
    }
    repository.commit({**many(24), **traps})
    import sys

    from repositories import environment

    script = "from refactorkit.cli import main; import sys; sys.argv[1:] = sys.argv[1:]; main()"
    done = subprocess.run(
        [sys.executable, "-P", "-c", script, "apply", "misbehaves", "src", "--jobs", "2", "--config", str(SAMPLES)],
        env=environment(), cwd=repository.path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert not (repository.path / "imported").exists()


def test_a_local_codemod_cannot_hide_a_module_of_the_standard_library(
    repository: Repository, refactorkit: CommandLine, tmp_path: Path
) -> None:
    folder = tmp_path / "tools"
    folder.mkdir()
    source = (SAMPLES.parent / "logging_warn.py").read_text()
    (folder / "json.py").write_text("from ._words import WORD\n" + source.replace("from __future__ import annotations\n", "").replace('"""Replace', '"""Replace', 1))  # fmt: skip
    (folder / "_words.py").write_text("WORD = 1\n")
    (tmp_path / "conf.toml").write_text('codemods-folder = "tools"\n')
    repository.commit({f"m{n:02}.py": WARN for n in range(22)})
    result = refactorkit(
        "apply",
        "json",
        ".",
        "--jobs",
        "2",
        "--config",
        str(tmp_path / "conf.toml"),
        "--output-format",
        "json",
    )
    assert result.code == 0, result.err
    assert result.document["codemod"] == "json"
    assert result.document["files"]["changed"] == 22
    assert not list(folder.rglob("__pycache__"))
    import json

    assert json.loads("1") == 1


def test_a_local_codemod_works_end_to_end(repository: Repository) -> None:
    repository.commit(
        {
            "src/a.py": WARN + "logging.warn('no')  # refactorkit: ignore[logging-warn]\n",
            "src/b.py": "warn = print\nwarn()\n",
        }
    )
    result = spawn(
        "apply",
        "logging-warn",
        "src",
        "--config",
        os.path.relpath(SAMPLES, repository.path),
        cwd=repository.path,
    )
    assert result.code == 0, result.err
    assert (
        repository.show(f"{BRANCH}:src/a.py").decode()
        == WARNING + "logging.warn('no')  # refactorkit: ignore[logging-warn]\n"
    )
    assert repository.git("diff", "--name-only", f"main..{BRANCH}") == "src/a.py"
    assert not list(SAMPLES.parent.rglob("*.pyc"))


def test_the_targets_own_settings_cannot_name_code_to_run(
    repository: Repository, refactorkit: CommandLine
) -> None:
    trap = f"open({str(repository.path / 'imported')!r}, 'w')\n"
    repository.commit({
        "pyproject.toml": '[tool.refactorkit]\ncodemods-folder = "tools"\n', "tools/evil.py": trap, "tools/http_url.py": trap,
        "src/a.py": "LaxUrl = str\n",
    })  # fmt: skip
    assert refactorkit("apply", "evil", "src").complaint.startswith("there is no codemod 'evil': there is ")
    result = refactorkit("apply", "http-url", "src")
    assert result.code == 0
    assert result.complaint == (
        "warning: codemods-folder is used only from a file that --config names, not from the target's own"
    )
    assert not (repository.path / "imported").exists()
