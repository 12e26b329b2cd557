"""What the demonstration works on: the legacy application shipped here, or a release from the package index.

The dash in `app/book-club` is there on purpose: no import statement reaches a folder of that name, so the application
is data, whatever tool walks this package.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from refactorkit.demo.subject import SubjectUnavailable, subject_archive

__all__ = ["OPTIONS", "SubjectUnavailable", "legacy_app", "subject_archive"]

OPTIONS = {
    "change-signature": (
        ("function", "bookclub.loans.lend"),
        ("rename", "member:borrower"),
        ("add", "copies@2: int=1"),
    )
}
"""What the legacy application is asked of by codemods that do nothing unasked; other subjects are not asked."""


def legacy_app() -> dict[str, bytes]:
    """The files of the legacy application, by path relative to its root, in path order."""
    return dict(sorted(_files(files(__name__) / "app" / "book-club", "")))


def _files(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_file():
            yield prefix + entry.name, entry.read_bytes()
        elif entry.name != "__pycache__":  # pip compiles whatever ends in .py when it installs the wheel
            yield from _files(entry, f"{prefix}{entry.name}/")
