"""What is measured: refactorkit's main job, and what others offer for the same wish."""

from __future__ import annotations

import sys
from functools import partial
from importlib.metadata import version
from pathlib import Path

import msgspec

from bench.measure import Command
from bench.subject import Files, lay_out

PYTHON = sys.executable


def refactorkit(repository: Path, bytecode: Path) -> Command:
    """The dry run of http-url on a git repository: it reads what the same command without --dry-run would read."""
    arguments = ("apply", "http-url", "src/", "--dry-run")
    return Command(
        name="refactorkit",
        shown=" ".join(["refactorkit", *arguments]),
        arguments=(PYTHON, "-m", "refactorkit", *arguments),
        folder=repository,
        bytecode=bytecode,
    )


def refactorkit_warm(repository: Path, bytecode: Path, cache: Path) -> Command:
    """The same with what the runs before it kept."""
    cold = refactorkit(repository, bytecode)
    return msgspec.structs.replace(cold, name="refactorkit, warm", cache=cache)


def refactorkit_ten(repository: Path, bytecode: Path) -> Command:
    """The same, cold, on a repository with ten copies of the subject's src/."""
    one = refactorkit(repository, bytecode)
    words = tuple("." if word == "src/" else word for word in one.arguments)
    return msgspec.structs.replace(
        one, name="refactorkit, ten copies", shown=one.shown.replace("src/", "."), arguments=words
    )


def ast_grep(repository: Path, bytecode: Path) -> Command:
    """ast-grep renaming the text of the alias; it prints its diff, which is thrown away, and writes nothing.

    It gets no path, so it reads the whole repository; in this subject all Python is below src/.
    """
    arguments = ("run", "-p", "LaxUrl", "-r", "HttpUrl", "-l", "python")
    return Command(
        name="ast-grep",
        shown=" ".join(["ast-grep", *arguments]),
        arguments=(str(Path(PYTHON).with_name("ast-grep")), *arguments),
        folder=repository,
        bytecode=bytecode,
    )


def libcst_rename(copy: Path, files: Files, bytecode: Path) -> Command:
    """LibCST's own codemod that renames one symbol, with as many processes as it starts by default.

    It writes, so it works on a copy of `files` that gets its bytes back before each run. There is no
    .libcst.codemod.yaml in it: the defaults are the module where this command is found, and black as formatter.
    """
    names = ("--old_name", "prefect.types.LaxUrl", "--new_name", "pydantic.HttpUrl")
    arguments = ("-m", "libcst.tool", "codemod", "--hide-progress", "rename.RenameCommand", *names, "src/")
    return Command(
        name="LibCST",
        shown=" ".join(["python", *arguments]),
        arguments=(PYTHON, *arguments),
        folder=copy,
        bytecode=bytecode,
        before_each=partial(lay_out, files, copy),
    )


def versions() -> dict[str, str]:
    """The versions of what is measured and of what does part of the work, by name."""
    distributions = {
        "refactorkit": "refactorkit",
        "ast-grep": "ast-grep-cli",
        "LibCST": "libcst",
        "ruff": "ruff",
    }
    return {name: version(distribution) for name, distribution in distributions.items()}
