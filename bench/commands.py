"""What is measured: the shipped codemods, and what others offer for the same wish."""

from __future__ import annotations

import shutil
import sys
from functools import partial
from importlib.metadata import version
from pathlib import Path

from bench import peers
from bench.measure import Command
from bench.subject import Files, change_one_file, lay_out
from refactorkit import catalogue

PYTHON = sys.executable


def codemods() -> list[str]:
    """The ids of the shipped codemods that need no option to run, whichever there are."""
    return [
        identifier
        for identifier in catalogue.identifiers()
        if catalogue.listed(identifier).origin == catalogue.SHIPPED and identifier not in NEED_OPTIONS
    ]


PATIENCE = 180.0
"""Seconds that a peer gets for one run; bump-pydantic was still at work after seven minutes."""
NEED_OPTIONS = ("change-signature",)
"""Codemods that do nothing until they are told what to change."""


def apply(
    identifier: str, repository: Path, bytecode: Path, kept: Path | None = None, is_warm: bool = False
) -> Command:
    """The dry run of a codemod on a git repository: it reads what the same command without --dry-run would read.

    A cold run begins with an empty cache, and leaves it in `kept` if given; a warm one finds what is there. The gate that
    imports the whole project is left out: it measures the project.
    """
    path = "src/" if (repository / "src").is_dir() else "."
    arguments = ("apply", identifier, path, "--dry-run", "--no-gate")
    return Command(
        name=f"{identifier}, {'warm' if is_warm else 'cold'}",
        shown=" ".join(["refactorkit", *arguments]),
        arguments=(PYTHON, "-m", "refactorkit", *arguments),
        folder=repository,
        bytecode=bytecode,
        cache=kept,
        before_each=None if is_warm or kept is None else partial(shutil.rmtree, kept, ignore_errors=True),
    )


def after_one_change(identifier: str, repository: Path, bytecode: Path, kept: Path) -> Command:
    """The same in a warm project in which one file is new."""
    warm = apply(identifier, repository, bytecode, kept, is_warm=True)
    return Command(
        name=f"{identifier}, one file changed",
        shown=warm.shown,
        arguments=warm.arguments,
        folder=repository,
        bytecode=bytecode,
        cache=kept,
        before_each=partial(change_one_file, repository),
    )


def python(name: str, bytecode: Path, folder: Path, *arguments: str) -> Command:
    """The interpreter with some arguments."""
    shown = " ".join(["python", *(f"'{word}'" if " " in word else word for word in arguments)])
    return Command(name=name, shown=shown, arguments=(PYTHON, *arguments), folder=folder, bytecode=bytecode)


def ast_grep(repository: Path, bytecode: Path) -> Command:
    """ast-grep renaming the text of the alias; it prints its diff, which is thrown away, and writes nothing.

    It gets no path, so it reads the whole repository; in this subject all Python is below src/.
    """
    return _tool("ast-grep", repository, bytecode, "run", "-p", "LaxUrl", "-r", "HttpUrl", "-l", "python")


def ruff(repository: Path, bytecode: Path, rules: str) -> Command:
    """ruff looking for deferred imports (PLC0415) or broad handlers (BLE001, E722), which it can't repair."""
    flags = ("check", "--isolated", "--preview", "--no-cache", "--exit-zero", "--select", rules, "src/")
    return _tool("ruff", repository, bytecode, *flags)


def _tool(name: str, repository: Path, bytecode: Path, *arguments: str) -> Command:
    return Command(
        name=name,
        shown=" ".join([name, *arguments]),
        arguments=(str(Path(PYTHON).with_name(name)), *arguments),
        folder=repository,
        bytecode=bytecode,
    )


def libcst_rename(copy: Path, files: Files, bytecode: Path) -> Command:
    """LibCST's own codemod that renames one symbol, with as many processes as it starts by default.

    It writes, so it works on a copy of `files` that gets its bytes back before each run. There is no
    .libcst.codemod.yaml in it: the defaults are the module where this command is found, and black as formatter.
    """
    names = ("--old_name", "prefect.types.LaxUrl", "--new_name", "pydantic.HttpUrl")
    return _libcst("LibCST rename", copy, files, bytecode, "rename.RenameCommand", *names)


def libcst_nothing(copy: Path, files: Files, bytecode: Path) -> Command:
    """LibCST's codemod that changes nothing: what every codemod written for its runner takes at least."""
    return _libcst("LibCST, doing nothing", copy, files, bytecode, "noop.NOOPCommand")


def _libcst(name: str, copy: Path, files: Files, bytecode: Path, *arguments: str) -> Command:
    words = ("-m", "libcst.tool", "codemod", "--hide-progress", *arguments, "src/")
    return Command(
        name=name,
        shown=" ".join(["python", *words]),
        arguments=(PYTHON, *words),
        folder=copy,
        bytecode=bytecode,
        before_each=partial(lay_out, files, copy),
    )


def peer_commands(repository: Path, bytecode: Path) -> list[Command]:
    """Python tools that rename the alias, or move pydantic's fields to new types, as a dry run."""
    interpreter = str(peers.python())
    rule = f"import sys; sys.path.insert(0, {str(peers.CODE)!r}); from fixit.cli import main; main()"
    wanted = {
        "Bowler": (
            "python bench/peer_code/bowler_query.py src/",
            (str(peers.CODE / "bowler_query.py"), "src/"),
        ),
        "Fixit": (
            "fixit --rules rename_lax_url:RenameLaxUrl lint src/",
            ("-c", rule, "--rules", "rename_lax_url:RenameLaxUrl", "lint", "src/"),
        ),
        "bump-pydantic": (
            "bump-pydantic --diff --log-file /dev/null src/",
            ("-m", "bump_pydantic", "--diff", "--log-file", "/dev/null", "src/"),
        ),
    }
    return [
        Command(
            name=name,
            shown=shown,
            arguments=(interpreter, *arguments),
            folder=repository,
            bytecode=bytecode,
            ends_with=(0, 1),
            patience=PATIENCE,
        )
        for name, (shown, arguments) in wanted.items()
    ]


def versions() -> dict[str, str]:
    """The versions of what is measured and of what does part of the work, by name."""
    distributions = {
        "refactorkit": "refactorkit",
        "ast-grep": "ast-grep-cli",
        "LibCST": "libcst",
        "ruff": "ruff",
        "typer": "typer",
    }
    own = {name: version(distribution) for name, distribution in distributions.items()}
    return {**own, **{name: number for name, number in peers.PINNED.items() if name != "fissix"}}
