"""`refactorkit demo`: every shipped codemod on a legacy application, in a repository that goes away afterwards."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

from rich.console import Console
from rich.text import Text

from refactorkit import catalogue
from refactorkit.application import Request, apply
from refactorkit.config import ConfigError
from refactorkit.demo import OPTIONS, SubjectUnavailable, legacy_app, subject_archive
from refactorkit.report import text
from refactorkit.workspace import WorkspaceError
from refactorkit.workspace.fresh import away_from_any_repository, fresh_repository
from refactorkit.workspace.owned_folder import owned_folder

NEW_FILE_LINES = 12
"""How much of a file that a codemod adds, such as a migration note, is shown."""


def demonstrate(subject: str | None, keep: Path | None) -> int:
    """Show what each codemod makes of the legacy application, or of a release from the package index.

    The repository is laid out in `keep`, or in a temporary folder that is removed. Returns the exit code: 0, or 2 with
    one line on stderr when the subject can't be had, `keep` is in use or git is missing.
    """
    try:
        files = _files(subject)
        place = owned_folder("demo") if keep is None else nullcontext(keep.absolute())
        with away_from_any_repository(), place as folder:
            name = subject or "A small legacy application"
            fresh_repository(folder, files, f"{name} as it is")
            asked = [i for i in catalogue.identifiers() if subject is None or i not in OPTIONS]
            _show(folder, files, name, keep, asked)
    except (SubjectUnavailable, WorkspaceError, ConfigError) as error:
        print(f"refactorkit: {error}", file=sys.stderr)
        return 2
    return 0


def _files(subject: str | None) -> dict[str, bytes]:
    if subject is None:
        return legacy_app()
    print(f"refactorkit: getting {subject} from the package index, once", file=sys.stderr)
    return subject_archive(subject)


def _show(
    folder: Path, files: Mapping[str, bytes], name: str, keep: Path | None, identifiers: Sequence[str]
) -> None:
    console = _console()
    path = "src" if any(file.startswith("src/") for file in files) else "."
    text.say(
        console,
        f"{name}, {text.count(len(files), 'file')}, is a git repository now. Each codemod works on "
        f"{path}{'/' if path != '.' else ''} and commits to a branch of its own; the checkout stays as it is.",
    )
    for identifier in identifiers:
        request = Request(codemods=(identifier,), paths=(path,), options=OPTIONS.get(identifier, ()))
        (plan,) = apply(request, folder, _warn)
        console.print()
        console.rule(Text(plan.branch or identifier, "bold"), align="left", style="none")
        console.print()
        text.write(console, plan, dry_run=False, steps=keep is not None, new_file_lines=NEW_FILE_LINES)
        console.file.flush()
    _say_how_to_go_on(console, keep)


def _warn(message: str) -> None:
    print(f"refactorkit: warning: {message}", file=sys.stderr)


def _console() -> Console:
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="surrogateescape")
    # Nothing is wrapped outside of a terminal; the width only says how long a rule is.
    return Console(highlight=False, width=None if sys.stdout.isatty() else 80)


def _say_how_to_go_on(console: Console, keep: Path | None) -> None:
    console.print()
    if keep is not None:
        text.say(console, "The repository is kept. Its branches:")
        text.line(console, [f"  git -C {shlex.quote(str(keep))} log --all --oneline"])
    else:
        text.say(console, "That repository is gone again. To keep one and look around:")
        text.line(console, ["  refactorkit demo --keep DIR"])
    text.say(console, "To see what a codemod would do to a project of yours, writing nothing:")
    text.line(console, ["  refactorkit apply http-url src/ --dry-run"])


__all__ = ["demonstrate"]
