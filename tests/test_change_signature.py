"""change-signature on the command line: its options, what it refuses to guess, and that it changes all or nothing."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from refactorkit import catalogue, golden
from refactorkit.analysis.signature_reasons import Reason
from repositories import ROOT, CommandLine, Repository

APP: dict[str, str | bytes] = {
    "src/app/__init__.py": "",
    "src/app/mod.py": "def fetch(url, timeout=3, *rest):\n    return url, timeout\n\n\nclass Box:\n    def put(self, item):\n        return item\n",
    "src/app/use.py": "from app.mod import fetch\n\nfetch('a', timeout=4)\n",
}
BRANCH = "refactorkit/change-signature"
FETCH = ("-o", "function=app.mod.fetch")
RENAME = (*FETCH, "-o", "rename=timeout:seconds")


@pytest.fixture
def project(repository: Repository) -> Repository:
    """A function, a method and a call in another file."""
    repository.commit(APP)
    return repository


def test_an_option_that_is_repeated_is_a_list_and_commas_in_brackets_do_not_cut(
    project: Repository, refactorkit: CommandLine
) -> None:
    more = ("-o", "add=*place=(0, 0),*loud=','", "-o", "add=*kind=None", "-o", "rename=url:link")
    result = refactorkit("apply", "change-signature", "src", *RENAME, *more)
    assert result.code == 0, result.err
    text = project.show(f"{BRANCH}:src/app/mod.py").decode()
    assert text.startswith(
        "def fetch(link, seconds=3, *rest, place=(0, 0), loud=',', kind=None):\n    return link, seconds\n"
    )
    assert project.show(f"{BRANCH}:src/app/use.py").endswith(b"fetch('a', seconds=4)\n")
    assert project.git("log", "-1", "--format=%s", BRANCH).endswith(
        "change the signature of fetch and 1 call [refactorkit change-signature]"
    )


ERRORS = {
    "": "change-signature needs a function: -o function=package.module.name",
    "function=fetch rename=a:b": "function=fetch names no function: write it as package.module.name or package.module.Class.name",
    "function=app.mod.fetch": "nothing is asked of app.mod.fetch: -o add=name=default, -o rename=old:new or -o remove=name",
    "function=app.mod.fetsh rename=a:b": "there is no function app.mod.fetsh: did you mean fetch?",
    "function=app.mot.fetch rename=a:b": "there is no module or class app.mot: did you mean app.mod or app or app.use?",
    "function=app.mod.Box.putt rename=a:b": "there is no function app.mod.Box.putt: did you mean put?",
    "function=app.mod.Bocks.put rename=a:b": "there is no module or class app.mod.Bocks: did you mean app.mod.Box or app.mod or app.use?",
    "function=app.mod.fetch rename=timeot:b": "app.mod.fetch has no parameter 'timeot': did you mean timeout?",
    "function=app.mod.fetch remove=timeot": "app.mod.fetch has no parameter 'timeot': did you mean timeout?",
    "function=app.mod.fetch rename=timeout:__t": "rename=__t is not possible: classes mangle names such as __t",
    "function=app.mod.fetch rename=timeout": "rename=timeout is not possible: write rename=old:new",
    "function=app.mod.fetch rename=timeout:url": "app.mod.fetch has a parameter url already: give timeout another name",
    "function=app.mod.fetch rename=timeout:class": "rename=class is not possible: 'class' is no name of a parameter",
    "function=app.mod.fetch add=rest=1": "app.mod.fetch has rest already, which takes no argument of its own: choose another name",
    "function=app.mod.fetch add=n": "add=n is not possible: write name=default, *name=default (keyword-only) or name@1=default (second)",
    "function=app.mod.fetch add=n=[]": "add=n=[] is not possible: all calls would share that one value: give None or a tuple",
    "function=app.mod.fetch add=n=1+": "add=n=1+ is not possible: its default '1+' is no expression on one line",
    "function=app.mod.fetch add=n@0=LIMIT": "add=n@0=LIMIT is not possible: calls may have to pass LIMIT, which is no literal",
    "function=app.mod.fetch add=n=LIMIT": "add=n: LIMIT isn't known above fetch: import it first",
    "function=app.mod.fetch add=n@9=1": "app.mod.fetch takes 2 arguments by position: give add=n a lower place",
    "function=app.mod.fetch add=a=1 add=a=2": "a is named twice: name it once",
    "function=app.mod.fetch add=url=1 remove=url": "url goes and comes in one step: take two",
}  # fmt: skip


@pytest.mark.parametrize("options", ERRORS, ids=str)
def test_what_can_not_be_meant_is_one_line(
    project: Repository, refactorkit: CommandLine, options: str
) -> None:
    arguments = [part for option in options.split() for part in ("-o", option)]
    result = refactorkit("apply", "change-signature", "src", *arguments)
    assert (result.code, result.complaint) == (2, ERRORS[options])
    assert project.branches() == ["main"]


def test_it_has_to_be_allowed_to_change_the_definition(project: Repository, refactorkit: CommandLine) -> None:
    result = refactorkit("apply", "change-signature", "src/app/use.py", *RENAME)
    assert (result.code, result.complaint) == (
        2, "app.mod.fetch is defined in src/app/mod.py: name that file or its folder, too",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "reasons"),
    [
        (("src/app/mod.py",), ["would-break", "would-break"]),
        (("src", "--only", "src/app/mod.py"), ["would-break", "not-selected"]),
        (("src", "--only", "src/app/use.py"), ["not-selected", "would-break"]),
    ],
    ids=["a-call-outside", "a-call-not-selected", "the-definition-not-selected"],
)
def test_nothing_changes_when_a_part_of_it_may_not(
    project: Repository, refactorkit: CommandLine, arguments: tuple[str, ...], reasons: list[str]
) -> None:
    result = refactorkit("apply", "change-signature", *arguments, *RENAME, "--output-format", "json")
    assert result.code == 0, result.err
    assert result.document["changes"] == []
    firsts = {f["path"]: f["reason"] for f in reversed(result.document["findings"])}
    assert [firsts.get(path, reasons[0]) for path in ("src/app/mod.py", "src/app/use.py")] == reasons


def test_a_module_of_the_same_name_in_two_folders_has_to_be_chosen(
    project: Repository, refactorkit: CommandLine
) -> None:
    project.commit({path.replace("src", "old"): text for path, text in APP.items()})
    result = refactorkit("apply", "change-signature", ".", *RENAME)
    said = "app.mod is in old/app/mod.py and in src/app/mod.py: name the folder of one on the command line"
    assert (result.code, result.complaint) == (2, said)
    assert refactorkit("apply", "change-signature", "src", *RENAME).code == 0
    changed = project.git("diff", "--name-only", f"HEAD...{BRANCH}").split()
    assert changed == ["src/app/mod.py", "src/app/use.py"]


def test_a_file_that_can_not_be_read_may_hold_a_call(project: Repository, refactorkit: CommandLine) -> None:
    project.commit({"src/app/half.py": "fetch(timeout=\n"})
    result = refactorkit("apply", "change-signature", "src", *RENAME, "--output-format", "json")
    assert result.code == 3
    assert {f["status"] for f in result.document["findings"]} == {"suggested"}
    assert refactorkit("apply", "change-signature", "src", *RENAME, "--level", "suggested").code == 3
    assert project.show(f"{BRANCH}:src/app/use.py").endswith(b"fetch('a', seconds=4)\n")


def test_a_second_run_on_the_branch_has_nothing_to_do(project: Repository, refactorkit: CommandLine) -> None:
    asked = (*RENAME, "-o", "add=*mode=None", "-o", "remove=url")
    project.commit({"src/app/mod.py": "def fetch(url, timeout=3):\n    return timeout\n"})
    assert refactorkit("apply", "change-signature", "src", *asked).code == 0
    again = refactorkit(
        "apply", "change-signature", "src", *asked, "--base", BRANCH, "--check", "--output-format", "json"
    )
    assert (again.code, again.err) == (0, "")
    assert [f["reason"] for f in again.document["findings"]] == ["already-done"]


def imported(folder: Path) -> list[str]:
    """What goes wrong when each module of a golden tree is imported by itself; the calls at their top level run."""
    names = [
        p.relative_to(folder).with_suffix("").as_posix().replace("/", ".")
        for p in sorted(folder.rglob("*.py"))
    ]
    script = "import importlib, sys\nfor name in sys.argv[1:]:\n    try: importlib.import_module(name)\n"
    script += "    except Exception as error: print('\\0', name, repr(error), sep='')\n"
    done = subprocess.run(
        [sys.executable, "-B", "-c", script, *names], cwd=folder, capture_output=True, text=True, check=True
    )
    return [line for line in done.stdout.splitlines() if line.startswith("\0")]


def test_the_programs_of_the_golden_cases_run_as_before() -> None:
    ran = 0
    for case in golden.cases(ROOT / "golden", "change-signature"):
        if case.is_noop or "level" in case.settings or imported(case.folder / "before"):
            continue
        assert (case.name, imported(case.folder / "after")) == (case.name, [])
        ran += 1
    assert ran >= 15


def test_the_golden_cases_cover_every_reason_that_they_can() -> None:
    cases = golden.cases(ROOT / "golden", "change-signature")
    listed = {f.get("reason") for case in cases for f in case.settings.get("findings", ())}
    unlisted = {Reason.NOT_AFFECTED, Reason.OUT_OF_SCOPE, Reason.EDIT_DIFFERS}
    assert set(map(str, Reason)) - listed == set(map(str, unlisted))
    assert sum(case.is_noop for case in cases) * 2 >= len(cases) >= 30


def test_every_option_is_explained() -> None:
    options = catalogue.options("change-signature")
    assert [option.name for option in options] == ["function", "add", "rename", "remove", "partial"]
    assert all(one.help != other.help for one, other in pairwise(options))
