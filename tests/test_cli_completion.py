"""What shells offer after Tab: typer's scripts, run by the real bash, zsh and fish where they are installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from refactorkit.cli.completion import joined
from repositories import ROOT, SAMPLES, Repository, environment

REFS = {"HEAD", "main", "feature/one", "v1"}
OFFERED: list[
    tuple[str, set[str], set[str]]
] = [  # what is typed so far, what must be offered, what must not be
    ("app", {"apply"}, {"list"}),
    ("apply ht", {"http-url"}, {"logging-warn"}),
    ("explain ht", {"http-url"}, set()),
    ("test golden ht", {"http-url"}, set()),
    (
        "apply http-url src -o ",
        {"stored=keep", "stored=reject", "todo-fields=true", "lax=LaxUrl"},
        {"shout=true"},
    ),
    ("apply http-url src -o stored=k", {"stored=keep"}, {"stored=reject"}),
    ("apply http-url src -o stored=keep --le", {"--level"}, {"--base"}),
    ("apply http-url src --level ", {"proved", "observed", "suggested"}, set()),
    ("apply http-url src --output-format ", {"text", "diff", "json"}, set()),
    ("apply http-url src --base ", REFS, set()),
    ("apply http-url src --since fea", {"feature/one"}, {"main"}),
    ("apply http-url src --branch fea", {"feature/one"}, set()),
    ("apply http-url src --ch", {"--check", "--changed-lines"}, {"--base"}),
    (f"apply --config {SAMPLES} log", {"logging-warn"}, set()),
    (f"apply --config {SAMPLES} http-url,logging", {"http-url,logging-warn"}, {"logging-warn"}),
    (f"apply --config {SAMPLES} http-url,logging-warn src -o ", {"stored=keep", "shout=true"}, set()),
    ("check-data app.db --type Any", {"AnyUrl", "AnyHttpUrl"}, {"HttpUrl"}),
    ("check-data app.db --f", {"--fix"}, set()),
    ("nonsense --fl", set(), {"--fix"}),
    ("apply nonsense src -o ", set(), {"stored=keep"}),
    ("apply --config nowhere.toml ht", set(), set()),
]


@pytest.fixture
def project(repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Repository:
    """A repository with branches and a tag, and `refactorkit` on PATH."""
    repository.commit({"src/a.py": "x = 1\n"})
    repository.git("branch", "feature/one")
    repository.git("tag", "v1")
    program = tmp_path / "bin" / "refactorkit"
    program.parent.mkdir()
    program.write_text(
        f"#!/bin/sh\nPYTHONPATH='{ROOT / 'src'}' exec '{sys.executable}' -P -m refactorkit \"$@\"\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return repository


def shell(name: str, script: str, *arguments: str, **more: str) -> str:
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed (apt-get install {name})")
    done = subprocess.run(
        [name, *arguments, "-c", script], capture_output=True, text=True, env=environment(**more), check=False
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout


def check_offers(lines: list[set[str]]) -> None:
    assert len(lines) == len(OFFERED)
    for (typed, wanted, unwanted), offered in zip(OFFERED, lines, strict=True):
        assert wanted <= offered, typed
        assert not unwanted & offered, typed


def test_bash_offers_what_fits(project: Repository) -> None:
    script = """
        eval "$(_REFACTORKIT_COMPLETE=source_bash refactorkit)"
        COMP_WORDBREAKS=" =" # as bash cuts words; a test has no line to cut
        ask() {
            local word; COMP_WORDS=(refactorkit) COMPREPLY=()
            for word in "$@"; do
                if [[ $word == *=* ]]; then COMP_WORDS+=("${word%%=*}" = "${word#*=}"); else COMP_WORDS+=("$word"); fi
            done
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _refactorkit_completion refactorkit; printf '%s|' "${COMPREPLY[@]}"; echo
        }
    """
    asked = [" ".join(f"'{word}'" for word in f"{typed}".split(" ")) for typed, _, _ in OFFERED]
    lines = shell("bash", script + "\n".join(f"ask {words}" for words in asked)).splitlines()
    replies = [set(line.split("|")) for line in lines]
    cut = [  # bash puts what is offered in place of the last of its words
        {f"stored={word}" for word in reply if word} if "=" in typed.rpartition(" ")[2] else reply
        for reply, (typed, _, _) in zip(replies, OFFERED, strict=True)
    ]
    check_offers(cut)


def test_zsh_offers_what_fits(project: Repository) -> None:
    script = """
        compdef() { : }; _files() { : }
        _arguments() { print -r -- "$1" }
        eval "$(_REFACTORKIT_COMPLETE=source_zsh refactorkit)"
        ask() { words=("$@"); CURRENT=$#; local found="$(_refactorkit_completion)"; print -r -- "$found" }
    """
    asked = [" ".join(f"'{word}'" for word in f"refactorkit {typed}".split(" ")) for typed, _, _ in OFFERED]
    lines = shell("zsh", script + "\n".join(f"ask {words}" for words in asked), "-f").splitlines()
    check_offers(
        [set(re.findall(r'(?<=[ (])"([^"]*)"', line)) for line in lines]
    )  # "value" or "value":"help"


def test_fish_offers_what_fits(project: Repository, tmp_path: Path) -> None:
    script = "_REFACTORKIT_COMPLETE=source_fish refactorkit | source\n" + "".join(
        f"echo (complete -C 'refactorkit {typed}' | string split -f 1 \\t | string join '|')\n"
        for typed, _, _ in OFFERED
    )
    lines = shell("fish", script, "--no-config", HOME=str(tmp_path)).splitlines()
    check_offers([set(line.split("|")) for line in lines])


def test_completion_installs_itself_for_the_shell_that_asks(project: Repository, tmp_path: Path) -> None:
    home = tmp_path / "at home"
    home.mkdir()
    done = subprocess.run(
        ["bash", "-c", "refactorkit --install-completion; true"],
        capture_output=True, text=True, env=environment(HOME=str(home)), check=True,
    )  # fmt: skip
    assert "bash completion installed" in done.stdout
    script = "source ~/.bashrc; COMP_WORDS=(refactorkit sch) COMP_CWORD=1; _refactorkit_completion refactorkit; echo $COMPREPLY"
    assert shell("bash", script, HOME=str(home)) == "schema\n"


@pytest.mark.parametrize(
    ("words", "whole", "place", "before"),
    [
        (["r", "-o", "a", "=", "k"], ["r", "-o", "a=k"], 2, "a="),
        (["r", "-o", "a", "="], ["r", "-o", "a="], 2, "a="),
        (["r", "-o", "a", "=", "b", "=", "c"], ["r", "-o", "a=b=c"], 2, "a=b="),
        (["r", "-o", "a", "=", "k", "--b"], ["r", "-o", "a=k", "--b"], 3, ""),
        (["r", "--base", "=", "m"], ["r", "--base", "m"], 2, ""),
        (["r", "--base", "="], ["r", "--base", "="], 2, ""),
        (["r", ""], ["r", ""], 1, ""),
        (["="], ["="], 0, ""),
    ],
)  # fmt: skip
def test_words_that_bash_cut_are_joined_again(
    words: list[str], whole: list[str], place: int, before: str
) -> None:
    assert joined(words, len(words) - 1) == (whole, place, before)
